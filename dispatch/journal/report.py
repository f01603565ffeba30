"""What a verification found, in sentences that a person outside the service can read."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that does not hold. ``seq`` names the entry where it shows, None for the whole."""

    seq: int | None
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The outcome. ``notes`` say what was and was not shown; they are no faults."""

    entries: int
    root: str = ""
    problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether everything that was checked holds."""
        return not self.problems

    @property
    def first_bad_seq(self) -> int | None:
        """The first entry that is not as it was recorded, where one can be named."""
        return min((problem.seq for problem in self.problems if problem.seq is not None), default=None)

    def sentences(self) -> tuple[str, ...]:
        """The verdict first, then each problem, then the notes."""
        count = len(self.problems)
        if self.ok:
            verdict = f"Verified: {self.entries} entries are as they were recorded."
        elif self.first_bad_seq is None:
            verdict = f"NOT verified: {count} problem{'' if count == 1 else 's'}."
        else:
            verdict = f"NOT verified: the first bad entry is {self.first_bad_seq}."
        return (verdict, *(problem.sentence for problem in self.problems), *self.notes)


class Findings:
    """Collects problems. Keeps the first ``most``: one cut breaks every link after it."""

    def __init__(self, *, most: int = 100) -> None:
        self._most = most
        self.problems: list[Problem] = []
        self.notes: list[str] = []

    def bad(self, seq: int | None, sentence: str) -> None:
        """Something does not hold."""
        if len(self.problems) < self._most:
            self.problems.append(Problem(seq, sentence if seq is None else f"Entry {seq}: {sentence}"))

    def note(self, sentence: str) -> None:
        """Something a reader should know."""
        self.notes.append(sentence)

    def report(self, *, entries: int, root: str = "") -> Report:
        """All that was found."""
        return Report(entries=entries, root=root, problems=tuple(self.problems), notes=tuple(self.notes))
