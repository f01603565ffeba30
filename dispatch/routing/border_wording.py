"""What a dispatcher is told of a position on a border."""

from collections.abc import Mapping

from dispatch.routing.areas import Whereabouts


def word_border(where: Whereabouts, names: Mapping[str, str], *, within_m: float) -> str:
    """One sentence, empty where the nearest border is further than ``within_m``."""
    if not where.is_near_border(within_m):
        return ""
    away = f"{round(where.border_m or 0.0)} m away"
    beyond = names[where.beyond] if where.beyond else ""
    if not where.inside:
        return f"In no known jurisdiction: {beyond} is {away}." if beyond else "In no known jurisdiction."
    home, *others = (names[each] for each in where.inside)
    if others:
        return f"In {home} and {' and '.join(others)} at once: {home} is in charge."
    if beyond:
        return f"On the border of {home} and {beyond}: {home} is in charge; {beyond} is {away}."
    return f"At the edge of the map: {home} is in charge; who lies beyond its border, {away}, is not known."
