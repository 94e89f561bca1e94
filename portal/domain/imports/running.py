"""One import, from files to rows. A check is this same run without writing; a rehearsal is it with writing, rolled back.

A check plans with the code of the run, and counts what the run will count, where `Outcome.settled`.
"""

from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import asdict, dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from portal.domain import attributes, audit, business_entities
from portal.domain.actors import Actor
from portal.domain.errors import Refusal
from portal.domain.imports import page_cache
from portal.domain.imports.attribute_rules import AttributeRules
from portal.domain.imports.contacts import ContactImport
from portal.domain.imports.creating import Creator
from portal.domain.imports.customer_rows import CustomerRow
from portal.domain.imports.documents import Documents
from portal.domain.imports.parents import Parents
from portal.domain.imports.planning import Plan, Planner
from portal.domain.imports.problems import Findings
from portal.domain.imports.reading import Unreadable
from portal.domain.imports.spool import Batch, Files, ReadFile, Source
from portal.domain.imports.topic_words import topics_of
from portal.domain.imports.updating import update
from portal.values import clock

Progress = Callable[[int], None]


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


def check(session: Session, files: Files | list[Source], *, by: Actor, progress: Progress = lambda rows: None) -> Outcome:
    """Read and judge every cell without writing; give all that is wrong, and what an import would do.

    `progress` is called with the rows done so far after each batch.

    :raises Unreadable: when a file is not CSV.
    """
    files = _opened(session, files)
    return _Run(session, files, by=by, progress=progress, write=False, facts={}).run(files)


def apply(
    session: Session,
    files: Files | list[Source],
    *,
    by: Actor,
    progress: Progress = lambda rows: None,
    job_id: UUID | None = None,
) -> Outcome:
    """Import the files, all of it or nothing: on any refusal the caller rolls back. Rolled back anyway it is a rehearsal.

    Files that have been read already are only planned and written here; others are read first, before the session is asked.

    :raises Refused: when cells cannot be imported.
    :raises Unreadable: when a file is not CSV, or was read by definitions of attributes or topics that have changed since.
    """
    files = _opened(session, files)
    if files.attributes != attributes.columns(session):
        raise Unreadable("The custom attributes were changed while the file was read. Import it once more.")
    if files.topics and "contacts" in files.by_kind and files.topics != topics_of(session):
        raise Unreadable("The topics were changed while the file was read. Import it once more.")
    facts: dict[str, object] = {"file": files.names} | ({"import_id": str(job_id)} if job_id else {})
    run = _Run(session, files, by=by, progress=progress, write=True, facts=facts)
    outcome = run.run(files)
    if outcome.refused:
        raise Refused(outcome)
    numbers = {"rows": outcome.rows, "created": outcome.created, "updated": outcome.updated, "unchanged": outcome.unchanged}
    audit.record(session, "import.done", by=by, subject_name=files.names, facts=facts | numbers | {"contacts": outcome.contacts})
    session.flush()
    return outcome


def _opened(session: Session, files: Files | list[Source]) -> Files:
    return files if isinstance(files, Files) else Files(files, attributes.columns(session), topics_of(session))


class _Run:
    """The run: customers batch by batch, then parents, then contacts, then the search documents of all that changed."""

    def __init__(self, session: Session, files: Files, *, by: Actor, progress: Progress, write: bool, facts: dict[str, object]):
        self._session, self._by, self._progress = session, by, progress
        self._may_write = write
        self._facts = facts
        self._at: datetime = clock.now()
        self.outcome = Outcome()
        self._findings = self.outcome.findings
        self._attributes = files.attributes
        wanted = write or bool(files.attributes)
        self._entity_id = business_entities.default(session).id if wanted and "customers" in files.by_kind else None
        self._planner = Planner(session, self._findings, AttributeRules(files.attributes, self._entity_id))
        self._parents = Parents(self._findings)
        self._documents = Documents(session, files.attributes) if write else None

    @property
    def _write(self) -> bool:
        """After the first problem the rest is judged only: nothing of the run will be kept."""
        return self._may_write and not self._findings.problem_count

    def run(self, files: Files) -> Outcome:
        self.outcome.left_out = {kind: file.left_out for kind, file in files.by_kind.items() if file.left_out}
        with page_cache.widened(self._session) if self._may_write else nullcontext():
            if customers := files.by_kind.get("customers"):
                self._customers(customers)
            if contacts := files.by_kind.get("contacts"):
                self._contacts(contacts)
        if self._write:
            self._documents.finish()
        return self.outcome

    def _customers(self, file: ReadFile) -> None:
        creator = self._creator() if self._may_write else None
        for batch in self._batches(file):
            self._take_customers(batch.rows, creator)
            self._tick(batch)
        self._parents.check(self._session, self._planner.external_ids)
        if self._write:
            moved = self._parents.link(self._session, by=self._by)
            self.outcome.updated += moved
            self.outcome.unchanged -= moved

    def _creator(self) -> Creator:
        return Creator(self._session, entity_id=self._entity_id, attributes=self._attributes, at=self._at, by=self._by, facts=self._facts)

    def _take_customers(self, rows: list[CustomerRow], creator: Creator | None) -> None:
        plan = self._planner.plan(rows)
        self.outcome.created += len(plan.create)
        self.outcome.updated += len(plan.update)
        self.outcome.unchanged += len(plan.unchanged)
        children = [row for row in rows if row.parent]
        self.outcome.settled &= not plan.update and not children
        for row in children:
            self._parents.note(row)
        if not self._write:
            return
        made = list(zip(plan.create, creator.create(plan.create), strict=True))
        self._documents.add((customer_id, row) for row, customer_id in made)
        if children:
            self._note_children(plan, made)
        update(self._session, plan.update, creator, self._findings, by=self._by)

    def _note_children(self, plan: Plan, made: list[tuple[CustomerRow, str]]) -> None:
        for row, customer_id in made:
            self._parents.child(row, customer_id, new=True)
        for planned in plan.update:
            self._parents.child(planned.row, planned.kept.id)
        for row, kept in plan.unchanged:
            self._parents.child(row, kept.id, unchanged=True)

    def _contacts(self, file: ReadFile) -> None:
        contacts = ContactImport(self._session, self._planner, self._documents, self._findings, by=self._by, at=self._at, facts=self._facts)
        for batch in self._batches(file):
            contacts.take(batch.rows, write=self._write)
            self._tick(batch)
        if self._write:
            contacts.finish()
        self.outcome.contacts = contacts.counts
        self.outcome.settled &= not contacts.counts["updated"]

    def _batches(self, file: ReadFile) -> Iterator[Batch]:
        for batch in file.batches():
            self._findings.merge(batch.findings)
            yield batch

    def _tick(self, batch: Batch) -> None:
        self.outcome.rows += batch.size
        self._progress(self.outcome.rows)
