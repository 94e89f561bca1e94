"""What is wrong with a file's cells, all of it, up to a bound; and what is worth saying without being wrong."""

from dataclasses import dataclass, field

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
