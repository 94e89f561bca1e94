"""What is wrong with a file's cells, all of it, up to a bound; and what is worth saying without being wrong."""

from dataclasses import astuple, dataclass, field

MAX_PROBLEMS = 10_000
MAX_NOTICES = 200
_VALUE_SHOWN = 500
_NAME_SHOWN = 80


@dataclass(frozen=True, slots=True)
class Problem:
    """One cell that cannot be imported. `row` counts as in the file, the header is row 1; `column` is ours."""

    file_kind: str
    row: int
    column: str
    value: str
    reason: str
    suggestion: str = ""
    customer: str = ""
    """The name that the row gives, or whose contact it is."""


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to know about a row that does not stop it."""

    file_kind: str
    row: int
    text: str


@dataclass
class Findings:
    """The problems and notices of one run; beyond their bounds they are counted only."""

    problems: list[Problem] = field(default_factory=list)
    problem_count: int = 0
    notices: list[Notice] = field(default_factory=list)
    notice_count: int = 0
    doubts: list[Notice] = field(default_factory=list)
    doubt_count: int = 0

    def add(self, kind: str, row: int, column: str, value: str, reason: str, suggestion: str = "", *, name: str = "") -> None:
        """Keep a problem."""
        self.problem_count += 1
        if len(self.problems) < MAX_PROBLEMS:
            self.problems.append(Problem(kind, row, column, value[:_VALUE_SHOWN], reason, suggestion, name[:_NAME_SHOWN]))

    def note(self, kind: str, row: int, text: str) -> None:
        """Keep a notice."""
        self.notice_count += 1
        if len(self.notices) < MAX_NOTICES:
            self.notices.append(Notice(kind, row, text))

    def doubt(self, kind: str, row: int, text: str) -> None:
        """Keep a doubt about an address."""
        self.doubt_count += 1
        if len(self.doubts) < MAX_NOTICES:
            self.doubts.append(Notice(kind, row, text))

    def merge(self, others: "Findings") -> None:
        """Add what another part of the same run has found."""
        self.problems += others.problems[: MAX_PROBLEMS - len(self.problems)]
        self.notices += others.notices[: MAX_NOTICES - len(self.notices)]
        self.doubts += others.doubts[: MAX_NOTICES - len(self.doubts)]
        self.problem_count += others.problem_count
        self.notice_count += others.notice_count
        self.doubt_count += others.doubt_count

    def packed(self) -> tuple:
        """Give all of it as plain values."""
        lists = ([astuple(found) for found in some] for some in (self.problems, self.notices, self.doubts))
        return (*lists, self.problem_count, self.notice_count, self.doubt_count)

    @classmethod
    def unpacked(cls, packed: tuple) -> "Findings":
        """Make it again of what `packed` gave."""
        problems, notices, doubts, *counts = packed
        made = cls([Problem(*one) for one in problems], counts[0], [Notice(*one) for one in notices], counts[1])
        made.doubts, made.doubt_count = [Notice(*one) for one in doubts], counts[2]
        return made
