"""Mutual-aid dispatch between EMS jurisdictions."""

__version__ = "0.1.0"
