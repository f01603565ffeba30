"""The index of the region's own names: made from an extract, kept as one file, searched."""
