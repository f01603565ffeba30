"""Whom to bring into a short area: worked out off the loop, journalled as shown, with second opinions."""

import asyncio
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from dispatch.agreements.access import owned_by
from dispatch.agreements.actions import Action
from dispatch.agreements.sight import wire_time
from dispatch.aid.advice.counsel import Counsel
from dispatch.aid.advice.practice import Method, StandbyRules
from dispatch.aid.advice.standby_opinion import Move, MoveOpinion
from dispatch.aid.neighbourhood import neighbourhood_of
from dispatch.aid.standby_proposals import Backfill, Proposals, Proposed, Scene, draft_standby, propose_moves
from dispatch.aid.standby_wording import (
    NO_PROPOSALS,
    backfill_sentence,
    ends_sentence,
    move_sentence,
    opinion_row,
)
from dispatch.model.advice_events import StandbyProposed
from dispatch.model.geo import Point
from dispatch.model.ids import JurisdictionId, RecommendationId
from dispatch.model.jurisdiction import CoverState
from dispatch.model.principal import Principal, Role
from dispatch.model.region import Region
from dispatch.model.unit import UnitType
from dispatch.services.command import Row
from dispatch.services.core import Core
from dispatch.services.door import require
from dispatch.services.opinions import Opinions
from dispatch.services.ports import Tx
from dispatch.services.standing import asking_now
from dispatch.services.stands import asked_on


class StandbyProposals:
    """Read by a person, and journalled as what that person was shown."""

    def __init__(self, core: Core, opinions: Opinions) -> None:
        self._core, self._opinions = core, opinions

    async def propose(self, principal: Principal, jurisdiction_id: JurisdictionId) -> Row:
        """``{id, jurisdiction, cover, made_at, because, sentence, moves[], move_ups[], together[]}``.

        Empty, with the reason in ``because``, unless the jurisdiction is amber or red and some move is worth
        it. Acknowledged only after what is shown is in the journal. Raises ``NotFound``, ``Forbidden``.
        """
        core, now = self._core, self._core.clock()
        resource = owned_by(jurisdiction_id)
        action = Action.PROPOSE_STANDBY
        require(principal, action, resource, what="jurisdiction", which=jurisdiction_id, now=now)
        known = core.world.covers.get(jurisdiction_id)
        cover = known.state if known else CoverState.GREEN
        counsel = core.engine.advisor.counsel_for(jurisdiction_id, now=now)
        because = _why_none(cover, counsel)
        found = Proposals()
        if because is None:
            scene = self._scene(jurisdiction_id, cover, counsel, requester=principal.role, now=now)
            found = await asyncio.to_thread(propose_moves, scene)
            because = "proposed" if found.all else "nothing_gained"
        proposal_id = RecommendationId(core.ids("sbp"))
        moves, move_ups, together = await self._rows(found, jurisdiction_id, proposal_id, counsel)
        if found.all:
            event = StandbyProposed(
                occurred_at=now,
                jurisdiction_id=jurisdiction_id,
                proposal_id=proposal_id,
                cover=cover.value,
                moves=tuple(map(_without_sentences, moves)),
                move_ups=tuple(map(_without_sentences, move_ups)),
                together=tuple(together),
            )
            await self._journal(event, principal)
        return {
            "id": proposal_id if found.all else None,
            "jurisdiction": jurisdiction_id,
            "cover": cover.value,
            "made_at": wire_time(now),
            "because": because,
            "sentence": NO_PROPOSALS.get(because, ""),
            "moves": moves,
            "move_ups": move_ups,
            "together": together,
        }

    async def _journal(self, event: StandbyProposed, principal: Principal) -> None:
        def write(tx: Tx) -> None:
            tx.record(event, actor=principal)

        await self._core.store.write(write)

    def _scene(
        self,
        borrower: JurisdictionId,
        cover: CoverState,
        counsel: Counsel,
        *,
        requester: Role,
        now: datetime,
    ) -> Scene:
        """A still copy of all that is looked at: the neighbours, and whoever could fill their gaps."""
        world = self._core.world
        pairs = world.book.pairs
        region = world.region
        anywhere = region.jurisdictions[borrower].area.representative_point()
        middle = Point(lon=anywhere.x, lat=anywhere.y)
        standby = draft_standby(borrower, middle, UnitType.ALS_AMBULANCE, opened_at=now)
        second = {home for other in pairs.list_others(borrower) for home in pairs.list_others(other)}
        also = [unit.id for home in sorted(second) for unit in world.units_of(home)]
        asking = asking_now(world, standby, requester=requester, now=now)
        if counsel.figures is not None:
            figures = counsel.figures
            asked = asked_on(figures.grid, world)
            known = {**figures.standing_by, **asked}
            counsel = replace(counsel, figures=replace(figures, standing_by=known))
        return Scene(
            borrower=borrower,
            region=region,
            picture=neighbourhood_of(borrower, picture=world.picture, pairs=pairs, also=also).picture,
            pairs=pairs,
            assignments=tuple(world.assignments.values()),
            requests=tuple(world.list_outstanding()),
            # Who stands by is moved on to calls, never to another post: here nobody is free for being one.
            asking=replace(asking, stands_by={}),
            counsel=counsel,
            cover=cover,
            now=now,
        )

    async def _rows(
        self,
        found: Proposals,
        borrower: JurisdictionId,
        proposal_id: RecommendationId,
        counsel: Counsel,
    ) -> tuple[list[Row], list[Row], list[Row]]:
        opinions: Sequence[MoveOpinion | None] = []
        if found.seen is not None:
            situation = found.seen.situation
            moves = [Move(row=p.move.unit, post=p.move.post, serves=p.move.area) for p in found.all]
            seed = zlib.crc32(proposal_id.encode())
            opinions = await self._opinions.play_moves(moves, situation, counsel.practice, seed=seed)
        wording = _Wording(self._core.world.region, self._core.world.names, found, borrower)
        rows = [wording.row(one, said) for one, said in zip(found.all, opinions, strict=True)]
        count = len(found.moves)
        return rows[:count], rows[count:], [wording.short_row(one) for one in found.together]


def _why_none(cover: CoverState, counsel: Counsel) -> str | None:
    if cover is CoverState.GREEN:
        return "cover_green"
    if counsel.practice.method is Method.CLOSEST:
        return "switched_off"
    return "figures_not_ready" if counsel.figures is None else None


class _Wording:
    """Proposals as rows."""

    def __init__(
        self, region: Region, names: Mapping[str, str], found: Proposals, borrower: JurisdictionId
    ) -> None:
        self._region, self._names, self._found, self._borrower = region, names, found, borrower
        self._stations = {station.position: station for station in region.stations.values()}

    def row(self, one: Proposed, opinion: MoveOpinion | None) -> Row:
        """One move with everything that a dispatcher wants to know of it."""
        lender = None if one.permit is None else self._name(one.unit.jurisdiction_id)
        row = self.short_row(one)
        rules = one.move.ends
        return {
            **row,
            "permit": one.permit.to_json() if one.permit else None,
            "ends": ends_row(rules, borrower=self._name(self._borrower), lender=lender),
            "opinion": opinion_row(opinion),
            "backfill": self._backfill_row(one.backfill) if one.backfill else None,
            "sentence": move_sentence(row, lender=lender, place=row["to"]["name"]),
        }

    def short_row(self, one: Proposed) -> Row:
        """The move and its figures."""
        move, unit = one.move, one.unit
        return {
            "unit": unit.id,
            "call_sign": unit.call_sign,
            "unit_type": unit.unit_type.value,
            "lender": unit.jurisdiction_id,
            "own": move.is_move_up,
            "from": self._place(self._region.home_of(unit)),
            "to": self._place(self._post(move.post)),
            "travel_seconds": move.travel_seconds,
            "gain": round(move.gain, 4),
            "cost": round(move.loss, 4),
            "net": round(move.net, 4),
            "keeps": move.keeps,
        }

    def _backfill_row(self, backfill: Backfill) -> Row:
        """Without its permit: what the two others have agreed is not the borrower's to read."""
        unit, move = backfill.unit, backfill.move
        lender, borrower = self._name(backfill.lender), self._name(backfill.borrower)
        return {
            **self.short_row(Proposed(move=move, unit=unit, permit=None)),
            "borrower": backfill.borrower,
            "lender_loses": round(backfill.lender_loses, 4),
            "sentence": backfill_sentence(lender=lender, call_sign=unit.call_sign, borrower=borrower),
        }

    def _post(self, row: int) -> Point | None:
        return self._found.seen.situation.grid.posts[row] if self._found.seen else None

    def _place(self, point: Point | None) -> Row:
        station = self._stations.get(point) if point else None
        return {
            "post": station.id if station else None,
            "name": station.name if station else "",
            "lon": round(point.lon, 7) if point else None,
            "lat": round(point.lat, 7) if point else None,
        }

    def _name(self, which: str) -> str:
        return self._names.get(which, which)


def ends_row(rules: StandbyRules, *, borrower: str, lender: str | None) -> Row:
    """The end rule, in figures and in words."""
    return {
        "ends_at_free": rules.ends_at_free,
        "lender_keeps": rules.lender_keeps,
        "longest_minutes": round(rules.longest.total_seconds() / 60),
        "sentence": ends_sentence(rules, borrower=borrower, lender=lender),
    }


def _without_sentences(row: Mapping[str, Any]) -> dict[str, Any]:
    """As the journal keeps it: figures, not words."""
    return {
        name: _without_sentences(value) if isinstance(value, dict) else value
        for name, value in row.items()
        if name != "sentence"
    }
