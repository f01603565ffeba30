"""Trials: the same days of calls under different ways to decide, to prove or disprove advice."""
