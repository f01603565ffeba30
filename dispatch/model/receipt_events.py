"""What became of a request between its asking and its answer: it arrived, and a person had it in view."""

from dataclasses import dataclass

from dispatch.model.event import Event
from dispatch.model.ids import RequestId


@dataclass(frozen=True, slots=True, kw_only=True)
class AidDelivered(Event):
    """The first sign that the request reached whoever may answer it. ``channel``: on which way.

    The entry's actor is whose board it was, or what else took it in.
    """

    type = "aid.delivered"
    request_id: RequestId
    channel: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AidSeen(Event):
    """The entry's actor, a person who may answer, had the request in view on a page that could be seen."""

    type = "aid.seen"
    request_id: RequestId
    channel: str


RECEIPT_EVENTS: tuple[type[Event], ...] = (AidDelivered, AidSeen)
