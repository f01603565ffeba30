"""What others would run: for measuring beside it, not a part of the service."""
