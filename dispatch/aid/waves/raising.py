"""An incident wants what was ordered for it, beside what comes already."""

from collections.abc import Iterable

from dispatch.aid.waves.cards import added_up
from dispatch.aid.waves.order import Order
from dispatch.aid.waves.places import Places
from dispatch.model.incident import Incident, Need
from dispatch.model.unit import UnitType


def raised_needs(incident: Incident, order: Order, *, coming: Iterable[UnitType]) -> tuple[Need, ...]:
    """The incident's needs, with room for the whole order beside the units that work on it or are asked for.

    ``coming``: the types of those units. Needs only rise.
    """
    needs = added_up(incident.needs)
    places = Places({need.unit_type: need.count for need in needs})
    for unit_type in coming:
        places.take(unit_type)
    room = places.count_open()
    beyond = (
        Need(unit_type=need.unit_type, count=count)
        for need in order.needs
        if (count := need.count - room.get(need.unit_type, 0)) > 0
    )
    return added_up((*needs, *beyond))
