"""The outside: region files, the message bus."""
