"""Which unit meets which need, where a higher level of care may stand in for a lower."""

from collections import Counter
from collections.abc import Mapping, Sequence

from dispatch.model.unit import SATISFIED_BY, UnitType


class Places:
    """The places that an order has, filled one unit after the other.

    Units move between places while more come, so that a unit is only turned away where no arrangement of
    all of them has a place for it (an augmenting path: the most units that can be placed, in this order).
    """

    def __init__(self, wanted: Mapping[UnitType, int]) -> None:
        self._room = {need: count for need, count in wanted.items() if count > 0}
        self._held: dict[UnitType, Counter[UnitType]] = {need: Counter() for need in self._room}

    def take(self, unit_type: UnitType) -> bool:
        """Place one more unit of this type, if that can be done at all."""
        return self._place(unit_type, set()) is not None

    def count_open(self) -> dict[UnitType, int]:
        """Places that nobody has, by need."""
        return {need: count for need, count in self._room.items() if count}

    def put(self, unit_type: UnitType) -> UnitType | None:
        """Place one more unit where nobody has to move; answers the need that it meets."""
        need = next((need for need in self._fitting(unit_type) if self._room[need]), None)
        if need is not None:
            self._seat(need, unit_type)
        return need

    def _place(self, unit_type: UnitType, seen: set[UnitType]) -> UnitType | None:
        for need in self._fitting(unit_type):
            if need in seen:
                continue
            seen.add(need)
            if self._room[need]:
                self._seat(need, unit_type)
                return need
            for other, count in self._held[need].items():
                if count and other is not unit_type and self._place(other, seen):
                    self._held[need][other] -= 1
                    self._held[need][unit_type] += 1
                    return need
        return None

    def _seat(self, need: UnitType, unit_type: UnitType) -> None:
        self._room[need] -= 1
        self._held[need][unit_type] += 1

    def _fitting(self, unit_type: UnitType) -> list[UnitType]:
        """The needs that the type meets: its own first, then in the order's own order."""
        fitting = [need for need in self._room if unit_type in SATISFIED_BY[need]]
        return sorted(fitting, key=lambda need: need is not unit_type)


def name_needs(types: Sequence[UnitType], wanted: Mapping[UnitType, int]) -> tuple[UnitType, ...]:
    """The need that each unit meets: its own type's where there is one, else the one it stands in for.

    Raises ``ValueError`` where not all of them have a place.
    """
    places = Places(wanted)
    named: list[UnitType | None] = [None] * len(types)
    # Who can stand in for the least goes first, or an ALS unit takes the only need that a BLS unit meets.
    turns = sorted(range(len(types)), key=lambda at: (_count_met(types[at], wanted), at))
    for at in turns:
        if types[at] in places.count_open():
            named[at] = places.put(types[at])
    for at in turns:
        named[at] = named[at] or places.put(types[at])
    if None in named:
        raise ValueError("more units than the order has places for")
    return tuple(need for need in named if need is not None)


def _count_met(unit_type: UnitType, wanted: Mapping[UnitType, int]) -> int:
    return sum(unit_type in SATISFIED_BY[need] for need in wanted)
