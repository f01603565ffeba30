"""What has been promised: agreement terms as values, and what they permit."""
