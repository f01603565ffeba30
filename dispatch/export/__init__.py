"""Values to text or bytes. No files, no sockets."""
