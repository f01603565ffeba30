"""Use cases: async at the edge, pure decisions inside, one transaction per command."""
