"""In which order rows stand: the cases of the page's ``web/tests/picture/order.test.ts``."""

import pytest

from dispatch.watch.order import is_short, is_unattended, order_incidents
from dispatch.watch.picture import Row


def incident(**row: object) -> Row:
    needs = [{"unit_type": "als_ambulance", "count": 1}]
    opened = {"state": "active", "priority": "critical", "opened_at": "2026-11-23T14:00:00.000Z"}
    return {"id": "i1", "needs": needs, "assigned": [], "came": 0, **opened, **row}


@pytest.mark.parametrize(
    ("count", "assigned", "came", "short", "unattended"),
    [
        (2, 0, 0, True, True),
        (2, 1, 0, True, False),
        (2, 2, 0, False, False),
        (2, 0, 1, True, False),
        (2, 1, 1, False, False),
        (1, 0, 1, False, False),
        (0, 0, 0, True, True),
        (0, 0, 1, False, False),
    ],
)
def test_an_incident_is_short_until_as_many_units_as_it_needs_are_assigned_or_came(
    count: int, assigned: int, came: int, short: bool, unattended: bool
) -> None:
    needs = [{"unit_type": "als_ambulance", "count": count}]
    row = incident(needs=needs, assigned=["u1", "u2"][:assigned], came=came)
    assert (is_short(row), is_unattended(row)) == (short, unattended)
    assert not is_short({**row, "state": "closed"})


def test_incidents_that_wait_come_first_then_the_most_urgent_then_the_oldest() -> None:
    rows = [
        incident(id="served", assigned=["u1"]),
        incident(id="left", came=1),
        incident(id="p3", priority="lower_acuity", opened_at="2026-11-23T13:45:00.000Z"),
        incident(id="p1-new", opened_at="2026-11-23T14:00:10.000Z"),
        incident(id="p1-old", opened_at="2026-11-23T13:59:50.000Z"),
    ]
    assert [row["id"] for row in order_incidents(rows)] == ["p1-old", "p1-new", "p3", "served", "left"]
