"""Region bundles: built from map files, written, read back."""
