"""Whether a jurisdiction is short of ambulances, and why: counts, chances, hysteresis, and people's word."""
