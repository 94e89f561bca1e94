"""One import, from files to rows. A check is this same run without writing; a rehearsal is it with writing, rolled back.

A check plans with the code of the run, and counts what the run will count, where `Outcome.settled`.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime
from itertools import islice
from uuid import UUID

from sqlalchemy.orm import Session

from portal.domain import audit, business_entities, search
from portal.domain.actors import Actor
from portal.domain.errors import Refusal
from portal.domain.imports.contact_rows import ContactReader
from portal.domain.imports.contacts import ContactImport
from portal.domain.imports.creating import Creator
from portal.domain.imports.customer_rows import CustomerReader
from portal.domain.imports.documents import Documents
from portal.domain.imports.parents import Parents
from portal.domain.imports.planning import Planner
from portal.domain.imports.problems import Findings
from portal.domain.imports.reading import CsvFile
from portal.domain.imports.updating import update
from portal.values import clock

BATCH = 1_000

Progress = Callable[[int], None]


@dataclass
class Source:
    """A file to import. `kind` is customers or contacts; `content()` gives its bytes from the beginning, in pieces."""

    kind: str
    name: str
    content: Callable[[], Iterable[bytes]]


@dataclass
class Outcome:
    """What a run found and did, or would do."""

    findings: Findings = field(default_factory=Findings)
    rows: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    contacts: dict[str, int] = field(default_factory=lambda: {"created": 0, "updated": 0, "unchanged": 0})
    settled: bool = True
    """Nothing was met whose outcome only writing tells: a kept row that is changed, a parent."""
    left_out: dict[str, list[str]] = field(default_factory=dict)
    """By kind of file: the headers that are not read."""

    @property
    def refused(self) -> bool:
        return self.findings.problem_count > 0

    def counts(self) -> dict[str, object]:
        """Give what is kept with the job: numbers, notices, and the names of the first rows with problems."""
        found = self.findings
        return {
            "rows": self.rows,
            "created": self.created,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "contacts": self.contacts,
            "problems": found.problem_count,
            "notices": [asdict(notice) for notice in found.notices],
            "notice_count": found.notice_count,
            "doubts": [asdict(doubt) for doubt in found.doubts],
            "doubt_count": found.doubt_count,
            "left_out": self.left_out,
        }


class Refused(Refusal):
    """Cells of the files cannot be imported; `outcome.findings` names each. Nothing may be kept of this transaction."""

    def __init__(self, outcome: Outcome):
        count = outcome.findings.problem_count
        super().__init__(f"{count:,} cell{'' if count == 1 else 's'} cannot be imported. Nothing was imported.")
        self.outcome = outcome


def check(session: Session, sources: list[Source], *, by: Actor, progress: Progress = lambda rows: None) -> Outcome:
    """Read and judge every cell without writing; give all that is wrong, and what an import would do.

    `progress` is called with the rows done so far after each batch.

    :raises Unreadable: when a file is not CSV.
    """
    return _Run(session, by=by, progress=progress, write=False, facts={}).run(sources)


def apply(
    session: Session,
    sources: list[Source],
    *,
    by: Actor,
    progress: Progress = lambda rows: None,
    job_id: UUID | None = None,
) -> Outcome:
    """Import the files, all of it or nothing: on any refusal the caller rolls back. Rolled back anyway it is a rehearsal.

    :raises Refused: when cells cannot be imported.
    :raises Unreadable: when a file is not CSV.
    """
    names = ", ".join(source.name for source in sources)
    facts: dict[str, object] = {"file": names} | ({"import_id": str(job_id)} if job_id else {})
    run = _Run(session, by=by, progress=progress, write=True, facts=facts)
    outcome = run.run(sources)
    if outcome.refused:
        raise Refused(outcome)
    numbers = {"rows": outcome.rows, "created": outcome.created, "updated": outcome.updated, "unchanged": outcome.unchanged}
    audit.record(session, "import.done", by=by, subject_name=names, facts=facts | numbers | {"contacts": outcome.contacts})
    session.flush()
    return outcome


class _Run:
    """The run: customers batch by batch, then parents, then contacts, then the search documents of all that changed."""

    def __init__(self, session: Session, *, by: Actor, progress: Progress, write: bool, facts: dict[str, object]):
        self._session, self._by, self._progress = session, by, progress
        self._may_write = write
        self._facts = facts
        self._at: datetime = clock.now()
        self.outcome = Outcome()
        self._findings = self.outcome.findings
        self._planner = Planner(self._findings)
        self._parents = Parents(self._findings)
        self._documents = Documents(session) if write else None

    @property
    def _write(self) -> bool:
        """After the first problem the rest is judged only: nothing of the run will be kept."""
        return self._may_write and not self._findings.problem_count

    def run(self, sources: list[Source]) -> Outcome:
        by_kind = {source.kind: source for source in sources}
        touched: Iterable[UUID] = ()
        if customers := by_kind.get("customers"):
            self._customers(customers)
        if contacts := by_kind.get("contacts"):
            touched = self._contacts(contacts)
        if self._write:
            self._documents.finish()
            search.index(self._session, touched)
        return self.outcome

    def _customers(self, source: Source) -> None:
        file = self._open(source)
        reader = CustomerReader(file.mapping, len(file.header), self._findings)
        entity_id = business_entities.default(self._session).id if self._may_write else None
        creator = Creator(self._session, entity_id=entity_id, at=self._at, by=self._by, facts=self._facts) if self._may_write else None
        for batch in _batches(file):
            rows = [row for number, cells in batch if (row := reader.read(number, cells)) is not None]
            self._take_customers(rows, creator)
            self._tick(len(batch))
        self._parents.check(self._session, self._planner.external_ids)
        if self._write:
            moved = self._parents.link(self._session, by=self._by)
            self.outcome.updated += moved
            self.outcome.unchanged -= moved

    def _take_customers(self, rows: list, creator: Creator | None) -> None:
        plan = self._planner.plan(self._session, rows)
        self.outcome.created += len(plan.create)
        self.outcome.updated += len(plan.update)
        self.outcome.unchanged += len(plan.unchanged)
        self.outcome.settled &= not plan.update and not any(row.parent for row in rows)
        for row in rows:
            self._parents.note(row)
        if not self._write:
            return
        made = list(zip(plan.create, creator.create(plan.create), strict=True))
        for row, customer_id in made:
            self._parents.child(row, customer_id, new=True)
        self._documents.add((customer_id, row) for row, customer_id in made)
        for planned in plan.update:
            self._parents.child(planned.row, planned.kept.id)
        for row, kept in plan.unchanged:
            self._parents.child(row, kept.id, unchanged=True)
        update(self._session, plan.update, creator, self._findings, by=self._by)

    def _contacts(self, source: Source) -> Iterable[UUID]:
        file = self._open(source)
        reader = ContactReader(file.mapping, len(file.header), self._findings)
        contacts = ContactImport(self._session, self._planner, self._documents, self._findings, by=self._by, at=self._at, facts=self._facts)
        for batch in _batches(file):
            rows = [row for number, cells in batch if (row := reader.read(number, cells)) is not None]
            contacts.take(rows, write=self._write)
            self._tick(len(batch))
        if self._write:
            contacts.finish()
        self.outcome.contacts = contacts.counts
        self.outcome.settled &= not contacts.counts["updated"]
        return contacts.touched

    def _open(self, source: Source) -> CsvFile:
        file = CsvFile(source.kind, source.content())
        if file.mapping.left_out:
            self.outcome.left_out[source.kind] = file.mapping.left_out
        return file

    def _tick(self, rows: int) -> None:
        self.outcome.rows += rows
        self._progress(self.outcome.rows)


def _batches(file: CsvFile) -> Iterator[list[tuple[int, list[str]]]]:
    rows = iter(file)
    while batch := list(islice(rows, BATCH)):
        yield batch
