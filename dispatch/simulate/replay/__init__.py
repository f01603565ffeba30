"""What every trial stands on: a scene with all its road times, calls as columns, worker processes."""
