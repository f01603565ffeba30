"""What the page's types are made of: the frames, and the answers and bodies that the board names.

A class that one of these has as a field is there by itself.
"""

from enum import StrEnum
from typing import Final

from pydantic import BaseModel

from dispatch.agreements.reasons import ReasonCode
from dispatch.aid.receipts import Stage
from dispatch.aid.request import DeclineReason
from dispatch.api import (
    advice_rows,
    agreement_rows,
    cover_rows,
    health_rows,
    lint,
    order_rows,
    place_rows,
    preferences,
    region_rows,
    request_rows,
    rows,
    schemas,
    standby_bodies,
    standby_rows,
    verdict_rows,
)
from dispatch.api.frames import BeatFrame, DeltaFrame, PositionsFrame, SnapshotFrame

SAID: Final[tuple[type[BaseModel], ...]] = (SnapshotFrame, DeltaFrame, PositionsFrame, BeatFrame)
"""The server's frames; in the page, ``Frame`` is any of them."""

HEARD: Final[tuple[type[BaseModel], ...]] = (schemas.HelloFrame, schemas.PingFrame)
"""A board's."""

ANSWERS: Final[tuple[type[BaseModel], ...]] = (
    rows.Problem,
    rows.MeRow,
    rows.TicketRow,
    preferences.PreferencesRow,
    rows.OpenedIncidentRow,
    rows.IncidentDetailRow,
    rows.ShiftRow,
    cover_rows.PracticeRow,
    health_rows.FeedHealthRow,
    advice_rows.RecommendationRow,
    advice_rows.SecondOpinionRow,
    advice_rows.AdviceOverrideRow,
    verdict_rows.VerdictRow,
    request_rows.ReceiptRow,
    request_rows.InsteadRow,
    order_rows.AidPlanRow,
    order_rows.AidPlanSentRow,
    standby_rows.StandbyProposalsRow,
    standby_rows.StandbyAskedRow,
    agreement_rows.AgreementDetailRow,
    agreement_rows.AgreementRow,
    agreement_rows.CheckRow,
    agreement_rows.DiffRow,
    agreement_rows.FormRow,
    agreement_rows.TemplateRow,
    lint.FindingsRow,
    region_rows.LabelRow,
    region_rows.RegionRow,
    place_rows.PlacesRow,
    place_rows.PointRow,
)
"""Of REST; rows that frames have too are there already."""

BODIES: Final[tuple[type[BaseModel], ...]] = (
    schemas.IncidentBody,
    schemas.AidPlanBody,
    standby_bodies.StandbyBody,
)
"""What the page sends and builds piece by piece."""

WORDS: Final[tuple[type[StrEnum], ...]] = (DeclineReason, ReasonCode, Stage)
"""Enums that no class above has as a field."""
