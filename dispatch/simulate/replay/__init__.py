"""What every replay stands on: a scene with all its road times, calls as columns, worker processes."""
