"""The heart: where promises, travel times and the live picture meet."""
