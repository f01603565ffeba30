"""Seeded worlds: the sample region, its demand, and a drive through the real services."""
