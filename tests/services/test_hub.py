"""Boards: resume equals snapshot, a slow board harms nobody, and nobody sees what is not theirs."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.live.picture import Picture
from dispatch.live.report import PositionReport
from dispatch.model.clock import ManualClock
from dispatch.model.errors import Forbidden
from dispatch.model.geo import Point
from dispatch.model.ids import JurisdictionId, UnitId
from dispatch.model.principal import Principal, Role
from dispatch.services import audience as audience_module
from dispatch.services.audience import Audience, Key, Table
from dispatch.services.command import Row
from dispatch.services.hub import Board, Hub, QueueSink, Resume, SinkClosed
from dispatch.services.intake import UnitReport
from dispatch.services.positions import Positions, coarsened
from dispatch.store.store import SqlStore
from tests.make_record import NOON
from tests.make_world import (
    MUTUAL,
    RawSheet,
    World,
    agreement_text,
    make_region,
    meta,
    open_world,
)

ME = {"person": "ana", "role": "dispatcher", "jurisdiction": "harlow"}
HARLOW, CEDAR = JurisdictionId("harlow"), JurisdictionId("cedar")


def person(jurisdiction: str, role: Role = Role.DISPATCHER) -> Principal:
    return Principal(id=f"p-{jurisdiction}", role=role, jurisdiction_id=JurisdictionId(jurisdiction))


@dataclass
class FakeWatched:
    """Rows that are numbers; a row belongs to the audiences named in it."""

    epoch: str = "one"
    seq: int = 0
    rows: dict[Key, tuple[int, frozenset[str]]] = field(default_factory=dict)
    picture: Picture = field(default_factory=lambda: Picture(make_region().units))
    partners: frozenset[JurisdictionId] = frozenset()

    def list_keys(self, audience: Audience, *, now: datetime) -> Iterable[Key]:
        return list(self.rows)

    def find_row(self, key: Key, audience: Audience, *, now: datetime) -> Row | None:
        value, seen_by = self.rows.get(key, (0, frozenset[str]()))
        if audience.jurisdiction_id not in seen_by:
            return None
        row: Row = {"id": key.id, "value": value, "jurisdiction": key.id, "shows_fixes": value > 1}
        if key.table is Table.UNITS:
            fix = self.picture.fix(UnitId(key.id))
            place, coarse = fix.position if fix else None, audience.jurisdiction_id != HARLOW
            shown = place.coarse() if place and coarse else place
            row |= {"coarse": coarse, "lon": shown and shown.lon, "lat": shown and shown.lat}
        return row

    def feed_ages(self, fixes_by_feed: Mapping[str, bool]) -> bytes:
        return b',"feeds":%s' % orjson.dumps(list(fixes_by_feed.items())) if fixes_by_feed else b""

    def hiding_from(self, jurisdiction_id: JurisdictionId, *, now: datetime) -> frozenset[JurisdictionId]:
        return frozenset()

    def partners_of(self, jurisdiction_id: JurisdictionId, *, now: datetime) -> frozenset[JurisdictionId]:
        return self.partners

    def __post_init__(self) -> None:
        self.positions = Positions(self.picture)


def make_hub(watched: FakeWatched | None = None) -> tuple[Hub, FakeWatched]:
    watched = watched or FakeWatched()
    return Hub(watched, may_watch=lambda _: None, clock=lambda: NOON), watched


def join(hub: Hub, sheet: Any, jurisdiction: str = "harlow", *, resume: Resume | None = None) -> Board:
    return hub.join(person(jurisdiction), sheet, session_id=f"s-{jurisdiction}", me=ME, resume=resume)


keys = st.builds(Key, st.sampled_from(Table), st.sampled_from(["1", "2", "3"]))
values = st.tuples(st.integers(0, 2), st.frozensets(st.sampled_from(["harlow", "cedar"])))
commits = st.lists(st.dictionaries(keys, st.none() | values, max_size=4), max_size=25)


@given(history=commits, cut=st.integers(0, 25), gap=st.integers(0, 25), kept=st.sampled_from([3, 10_000]))
def test_a_board_that_resumes_anywhere_shows_what_a_fresh_board_shows(
    history: list[dict[Key, tuple[int, frozenset[str]] | None]], cut: int, gap: int, kept: int
) -> None:
    before, audience_module.CHANGES_KEPT = audience_module.CHANGES_KEPT, kept  # type: ignore[misc]
    try:
        hub, watched = make_hub()
        always, sometimes = RawSheet(), RawSheet()
        join(hub, always)
        board: Board | None = join(hub, sometimes)
        for step, changes in enumerate(history):
            if board is not None and step == cut:
                hub.leave(board)
                board = None
            if board is None and step == cut + gap:
                board = join(hub, sometimes, resume=Resume(sometimes.epoch, sometimes.seq))
            commit(hub, watched, changes)
        if board is None:
            join(hub, sometimes, resume=Resume(sometimes.epoch, sometimes.seq))
        fresh = RawSheet()
        join(hub, fresh)
        assert always.rows == sometimes.rows == fresh.rows
    finally:
        audience_module.CHANGES_KEPT = before  # type: ignore[misc]


def commit(hub: Hub, watched: FakeWatched, changes: dict[Key, tuple[int, frozenset[str]] | None]) -> None:
    for key, row in changes.items():
        if row is None:
            watched.rows.pop(key, None)
        else:
            watched.rows[key] = row
    watched.seq += 1
    hub.publish(changes)


def row_for(*jurisdictions: str, value: int = 1) -> tuple[int, frozenset[str]]:
    return value, frozenset(jurisdictions)


INCIDENT = Key(Table.INCIDENTS, "1")
COVER = Key(Table.COVERS, "harlow")


def test_a_board_of_another_epoch_or_of_the_future_starts_anew() -> None:
    hub, watched = make_hub()
    commit(hub, watched, {INCIDENT: row_for("harlow")})
    for resume in (Resume("other", 1), Resume("one", 7), None):
        sheet = RawSheet()
        join(hub, sheet, resume=resume)
        assert [frame["type"] for frame in sheet.frames] == ["snapshot"]
        assert sheet.frames[0]["me"] == ME


def test_a_board_that_comes_back_to_another_process_starts_anew_though_nothing_was_committed() -> None:
    """What a process only computes (cover that settles, where units are) may differ without a commit."""
    hub, watched = make_hub()
    watched.rows[COVER] = row_for("harlow", value=1)
    before, after = RawSheet(), RawSheet()
    join(hub, before)
    watched.rows[COVER] = row_for("harlow", value=2)
    restarted, _ = make_hub(watched)
    join(restarted, after, resume=Resume(before.epoch, before.seq))
    assert [frame["type"] for frame in after.frames] == ["snapshot"]
    assert [row["value"] for row in after.rows["covers"].values()] == [2]


def test_what_this_audience_never_saw_is_not_named_when_it_goes() -> None:
    hub, watched = make_hub()
    harlow, cedar = RawSheet(), RawSheet()
    join(hub, harlow)
    join(hub, cedar, "cedar")
    commit(hub, watched, {INCIDENT: row_for("harlow")})
    commit(hub, watched, {INCIDENT: None})
    assert harlow.frames[-1]["gone"] == [{"kind": "incident", "id": "1"}]
    assert [frame["type"] for frame in cedar.frames] == ["snapshot"]


def test_a_slow_board_is_closed_by_name_and_the_others_go_on() -> None:
    hub, watched = make_hub()
    good, slow = RawSheet(), RawSheet(limit=3)
    join(hub, good)
    join(hub, slow)
    for value in range(10):
        commit(hub, watched, {INCIDENT: row_for("harlow", value=value)})
    assert slow.closed == (1013, "too_slow")
    assert hub.dropped_slow == 1
    assert good.closed is None
    assert good.rows["incidents"]["1"]["value"] == 9
    assert len(good.frames) == 11
    again = RawSheet()
    join(hub, again, resume=Resume(slow.epoch, slow.seq))
    assert again.frames[0]["type"] == "delta"
    assert again.rows == good.rows


def test_boards_of_one_audience_get_the_same_bytes() -> None:
    class Keeps:
        def __init__(self) -> None:
            self.frames: list[bytes] = []

        def offer(self, frame: bytes) -> bool:
            self.frames.append(frame)
            return True

        def close(self, code: int, reason: str) -> None: ...

    hub, watched = make_hub()
    sinks = [Keeps(), Keeps()]
    for sink in sinks:
        join(hub, sink)
    commit(hub, watched, {INCIDENT: row_for("harlow")})
    assert sinks[0].frames[-1] is sinks[1].frames[-1]


def test_positions_are_coalesced_and_coarse_for_neighbours() -> None:
    hub, watched = make_hub()
    watched.rows = {
        Key(Table.UNITS, "c1"): row_for("harlow", "cedar"),
        Key(Table.UNITS, "e1"): row_for("elm"),
    }
    near, far = RawSheet(), RawSheet()
    join(hub, near)
    join(hub, far, "cedar")
    place = Point(lon=-99.9123456, lat=40.1)
    for unit in ("c1", "e1"):
        for seconds, position in ((-5, Point(lon=-99.9122, lat=40.1)), (0, place)):
            at = NOON + timedelta(seconds=seconds)
            report = PositionReport(unit_id=UnitId(unit), position=position, at=at, source="feed")
            watched.picture.apply_position(report, NOON)
    hub.send_positions()
    assert near.frames[-1]["rows"] == [["c1", -99.912346, 40.1, NOON.timestamp() * 1000, "fresh"]]
    [[unit, lon, lat, _, _]] = far.frames[-1]["rows"]
    assert (unit, lon, lat) == ("c1", place.coarse().lon, place.coarse().lat)
    hub.send_positions()
    assert len(near.frames) == 2
    late = RawSheet()
    join(hub, late, "cedar")
    assert [frame["type"] for frame in late.frames] == ["snapshot", "positions"]
    assert late.rows["units"]["c1"]["lon"] == place.coarse().lon


@given(lon=st.floats(-180, 180), lat=st.floats(-90, 90))
def test_columns_are_coarsened_as_points_are(lon: float, lat: float) -> None:
    point = Point(lon=lon, lat=lat).coarse()
    assert coarsened(np.array([lon]), limit=180.0).tolist() == [point.lon]
    assert coarsened(np.array([lat]), limit=90.0).tolist() == [point.lat]


def test_beats_carry_the_clock_and_the_head_and_an_empty_audience_is_forgotten_after_a_while() -> None:
    now = NOON
    watched = FakeWatched(seq=4)
    hub = Hub(watched, may_watch=lambda _: None, clock=lambda: now)
    sheet = RawSheet()
    board = join(hub, sheet)
    hub.send_beats()
    assert sheet.frames[-1] == {"type": "beat", "now": "2026-03-02T12:00:00.000Z", "seq": 4}
    hub.leave(board)
    hub.leave(board)
    assert hub.board_count == 0
    now += timedelta(minutes=6)
    hub.send_beats()
    again = RawSheet()
    join(hub, again, resume=Resume(sheet.epoch, 3))
    assert again.frames[0]["type"] == "snapshot"


def test_signing_out_closes_the_sessions_boards_and_no_others() -> None:
    hub, _ = make_hub()
    mine, other = RawSheet(), RawSheet()
    join(hub, mine)
    join(hub, other, "cedar")
    assert hub.list_session_ids() == {"s-harlow", "s-cedar"}
    assert hub.drop_session("s-harlow") == 1
    assert (mine.closed, other.closed) == ((4401, "signed_out"), None)
    assert hub.drop_person("p-cedar") == 1
    hub.close_all()


@pytest.mark.anyio
async def test_a_queue_gives_frames_in_order_until_it_is_closed() -> None:
    queue = QueueSink(limit=2)
    assert queue.offer(b"1")
    assert queue.offer(b"2")
    assert not queue.offer(b"3")
    assert await queue.next_frame() == b"1"
    queue.close(1013, "too_slow")
    queue.close(1012, "restart")
    assert not queue.offer(b"4")
    with pytest.raises(SinkClosed) as closed:
        await queue.next_frame()
    assert closed.value.code == 1013


# -- on the real read-model ---------------------------------------------------------------------------


def look(world: World, jurisdiction: str, *, role: Role = Role.DISPATCHER) -> RawSheet:
    sheet = RawSheet()
    world.services.hub.join(person(jurisdiction, role), sheet, session_id="s", me=ME, resume=None)
    return sheet


CANARY = "canary-5d2f"


@pytest.mark.anyio
async def test_free_text_reaches_a_neighbour_only_with_an_accepted_request(
    record: SqlStore, clock: ManualClock
) -> None:
    async with open_world(record, clock) as world:
        boards = {name: look(world, name) for name in ("harlow", "cedar", "elm", "gale")}
        incident_id = await world.open(address=f"{CANARY} Lane", note=f"{CANARY} note")
        await world.services.recommendations.recommend(meta("harlow"), incident_id)
        request = await world.ask(incident_id, "c1")
        for name in ("cedar", "elm", "gale"):
            assert CANARY not in str(boards[name].frames) + str(look(world, name).frames)
        assert request["id"] in boards["cedar"].rows["requests"]
        assert boards["elm"].rows["requests"] == {}
        assert (
            boards["cedar"].rows["requests"][request["id"]]["lon"]
            != boards["harlow"].rows["requests"][request["id"]]["lon"]
        )

        await world.accept(request)
        assert boards["cedar"].rows["incidents"][incident_id]["note"] == f"{CANARY} note"
        for name in ("elm", "gale"):
            assert CANARY not in str(boards[name].frames) + str(look(world, name).frames)

        await world.services.incidents.close(meta("harlow"), incident_id)
        clock.advance(seconds=600)
        await world.say("available", "c1")
        for name, board in boards.items():
            assert board.rows["incidents"] == {}
            assert board.rows["assignments"] == {}
            assert board.rows == look(world, name).rows


@pytest.mark.anyio
async def test_a_neighbour_sees_units_coarsely_until_one_is_lent_and_a_stranger_sees_none(
    record: SqlStore, clock: ManualClock
) -> None:
    async with open_world(record, clock) as world:
        place = Point(lon=-99.7123, lat=40.1234)
        await world.report("c", UnitReport(unit_id=UnitId("c1"), at=clock(), position=place))
        board, stranger = look(world, "harlow"), look(world, "gale")
        assert board.rows["units"]["c1"]["coarse"] is True
        assert board.rows["units"]["c1"]["lon"] == place.coarse().lon
        assert set(stranger.rows["units"]) == {"g1"}
        assert set(stranger.rows["covers"]) == {"gale"}

        await world.accept(await world.ask(await world.open(), "c1"))
        assert board.rows["units"]["c1"]["coarse"] is False
        assert board.rows["units"]["c1"]["lon"] == place.lon
        clock.advance(seconds=5)
        nearer = Point(lon=-99.7111, lat=40.1234)
        await world.report("c", UnitReport(unit_id=UnitId("c1"), at=clock(), position=nearer))
        world.services.hub.send_positions()
        assert board.rows["units"]["c1"]["lon"] == nearer.lon


@pytest.mark.anyio
async def test_the_end_of_an_agreement_takes_the_neighbours_units_off_the_board(
    record: SqlStore, clock: ManualClock
) -> None:
    agreements = [agreement_text("cedar", "harlow", until="2026-03-02T13:00:00Z"), MUTUAL[1]]
    async with open_world(record, clock, agreements=agreements) as world:
        board = look(world, "harlow")
        assert {"c1", "e1"} <= set(board.rows["units"])
        clock.advance(seconds=3600)
        world.services.hub.send_beats()
        assert not {"c1", "c2"} & set(board.rows["units"])
        assert "e1" in board.rows["units"]
        assert board.rows == look(world, "harlow").rows


@pytest.mark.anyio
async def test_a_feed_has_no_board(record: SqlStore, clock: ManualClock) -> None:
    async with open_world(record, clock) as world:
        with pytest.raises(Forbidden):
            look(world, "harlow", role=Role.FEED)


@pytest.mark.anyio
async def test_the_admins_board_has_no_incidents(record: SqlStore, clock: ManualClock) -> None:
    async with open_world(record, clock) as world:
        await world.open(note=CANARY)
        admin = look(world, "harlow", role=Role.ADMIN)
        assert CANARY not in str(admin.frames)
        assert admin.rows["incidents"] == {}
        assert orjson.dumps(admin.rows["units"]["h1"])
