"""The seeded generator of the fictional sample region: terrain, water, roads, limits, fleet, agreements.

Everything follows from one seed and ``plan.py``: the same seed writes the same bytes. Inside the
package places are metres east and north of the plane's origin; ``plane.py`` turns them into degrees.
"""
