"""Measurements beside named peers, in the same run. ``python -m bench`` runs them all."""
