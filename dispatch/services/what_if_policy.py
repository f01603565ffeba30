"""The ways to decide that a what-if can be played under."""

from enum import StrEnum


class WhatIfPolicy(StrEnum):
    """Policies of trials (``simulate.trial.policies``) for which agreements make a difference."""

    CLOSEST = "closest"
    CLOSEST_AUTOMATIC = "closest_automatic"
    BOUNDARY_DROP = "boundary_drop"
    NEAREST_STANDBY = "nearest_standby"
    TELEPHONE = "telephone"
    WEIGHED = "weighed"
    WEIGHED_STANDBY = "weighed_standby"
    ROLLOUTS = "rollouts"
    RECOMMENDED = "recommended"
