"""What became of a line."""

from collections.abc import Callable
from dataclasses import dataclass

from dispatch.watch.picture import Picture


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """``more``: further lines to read. ``is_on``: whether a picture shows what was done, if any can.

    ``asks``: it wants the same line once more.
    """

    ok: bool
    text: str
    more: tuple[str, ...] = ()
    is_on: Callable[[Picture], bool] | None = None
    asks: bool = False

    @property
    def mark(self) -> str:
        """✓ only after the server's word; ? where it wants to hear it again."""
        if self.ok:
            return "✓"
        return "?" if self.asks else "✕"
