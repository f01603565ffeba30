"""When a unit would arrive, how sure that is, and what the system has learned from its own arrivals."""
