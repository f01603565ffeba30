"""The last defence: whatever the code above does, the database refuses a second live assignment.

Each race has 8 claimants with a connection of their own, who all look before they leap (so that they
all believe the unit free) and then insert together. ``DISPATCH_RACES`` sets the number of units.
"""

import os
import threading
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, create_engine, event, func, select, text
from sqlalchemy.exc import IntegrityError, OperationalError

from dispatch.store.engine import BUSY_TIMEOUT_MS, sqlite_path, writing_engine
from dispatch.store.migrate import migrate
from dispatch.store.rows import row_of
from dispatch.store.schema import ONE_LIVE_ASSIGNMENT, assignment, incident
from dispatch.store.tx import is_double_booking
from tests.make_record import make_assignment, make_incident

RACES = int(os.environ.get("DISPATCH_RACES", "30"))
CLAIMANTS = 8


@pytest.fixture
def engine(store_url: str) -> Iterator[Engine]:
    migrating = writing_engine(store_url)
    migrate(migrating)
    with migrating.begin() as connection:
        connection.execute(incident.insert(), row_of(make_incident()))
    migrating.dispose()
    # Several writing connections: the service itself never has more than one to a SQLite file.
    racing = create_engine(store_url, pool_size=CLAIMANTS)
    if sqlite_path(store_url) is not None:

        @event.listens_for(racing, "connect")
        def on_connect(connection, _record) -> None:  # type: ignore[no-untyped-def]
            connection.isolation_level = None
            connection.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
            connection.execute("PRAGMA foreign_keys=ON")
            connection.execute("PRAGMA synchronous=OFF")  # about order, not about power cuts

    yield racing
    racing.dispose()


class Race:
    """``CLAIMANTS`` threads that claim one unit after the other, in step."""

    def __init__(self, engine: Engine, races: int) -> None:
        self._engine = engine
        self._races = races
        self._barrier = threading.Barrier(CLAIMANTS)
        self._lock = threading.Lock()
        self.believed_free = 0
        self.won: dict[int, int] = dict.fromkeys(range(races), 0)
        self.refused = 0
        self.broken: list[Exception] = []

    def run(self) -> "Race":
        threads = [threading.Thread(target=self._claim_all, args=(number,)) for number in range(CLAIMANTS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return self

    def _claim_all(self, claimant: int) -> None:
        try:
            with self._engine.connect() as connection:
                for unit in range(self._races):
                    live = (assignment.c.unit_id == f"u-{unit}") & assignment.c.ended_at.is_(None)
                    with connection.begin():
                        taken = connection.execute(select(func.count()).where(live)).scalar()
                    self._barrier.wait(timeout=60)
                    outcome = self._claim(connection, unit, claimant)
                    with self._lock:
                        self.believed_free += not taken
                        self.won[unit] += outcome
                        self.refused += not outcome
                    self._barrier.wait(timeout=60)
        except (OperationalError, threading.BrokenBarrierError) as error:
            self.broken.append(error)
            self._barrier.abort()

    def _claim(self, connection, unit: int, claimant: int) -> bool:  # type: ignore[no-untyped-def]
        claim = make_assignment(f"asg_{unit}_{claimant}", unit_id=f"u-{unit}")
        try:
            with connection.begin():
                connection.execute(assignment.insert(), row_of(claim))
        except IntegrityError as error:
            if not is_double_booking(error):
                raise
            return False
        return True


def test_of_eight_who_claim_one_unit_exactly_one_gets_it(engine: Engine) -> None:
    race = Race(engine, RACES).run()
    assert race.broken == []
    assert race.believed_free == RACES * CLAIMANTS  # every claimant had seen the unit free
    assert set(race.won.values()) == {1}
    assert race.refused == RACES * (CLAIMANTS - 1)


def test_without_the_index_the_same_race_books_twice(engine: Engine) -> None:
    """The race has teeth: it is the index that holds, not luck."""
    with engine.begin() as connection:
        connection.execute(text(f"DROP INDEX {ONE_LIVE_ASSIGNMENT}"))
    race = Race(engine, min(RACES, 30)).run()
    assert race.broken == []
    assert max(race.won.values()) > 1
