"""Names of places: how they are folded, asked for, compared and said."""
