"""Many units at once: one order over all agreements, answered at once and then by an exact model."""
