"""The use cases, async, each one transaction, and the ports that they need."""
