"""The contacts' file: whose contact each row is, what it changes, and new contacts in bulk."""

from dataclasses import dataclass
from datetime import datetime
from types import SimpleNamespace
from uuid import UUID

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from portal.domain import audit, communications, contacts
from portal.domain.actors import Actor
from portal.domain.errors import Refusal
from portal.domain.imports.bulk import BulkTable
from portal.domain.imports.contact_rows import KIND, ContactRow
from portal.domain.imports.creating import ACTOR
from portal.domain.imports.documents import Documents
from portal.domain.imports.planning import Planner
from portal.domain.imports.problems import Findings
from portal.domain.topics import CHOICES
from portal.model import AuditEvent, Contact, Customer, Preference, PreferenceReceipt
from portal.values import ids
from portal.values.text import quoted

_TABLES = {
    Contact: (
        "id", "customer_id", "email", "email_key", "first_name", "last_name", "phone", "job_title", "locale", "time_zone", "is_primary",
        "portal_role", "bounce_state", "created_at", "updated_at",
    ),
    PreferenceReceipt: (
        "id", "contact_id", "topic", "before", "wanted", "how", "wording", "actor_kind", "actor_user_id", "actor_name", "chosen_at",
    ),
    Preference: ("contact_id", "topic", "wanted", "receipt_id"),
    AuditEvent: (
        "id", "at", "action", "customer_id", "subject_kind", "subject_id", "subject_name", "changes", "facts", *ACTOR, "on_behalf_of",
    ),
}  # fmt: skip
_DEFAULTS = {key: topic.default(False) for key, topic in CHOICES.items()}
"""What a new secondary contact is sent, by topic."""
_OWNER = select(Customer.__table__.c["id", "name", "external_id", "email_key", "status", "created_at"])
_PRIMARY = SimpleNamespace(id=None, first_name="", last_name="", phone="", job_title="", locale=None, time_zone=None, is_primary=True)
_KEPT = select(
    Contact.__table__.c[
        "id", "customer_id", "email_key", "first_name", "last_name", "phone", "job_title", "locale", "time_zone", "is_primary"
    ]
).where(Contact.removed_at.is_(None))


@dataclass
class Change:
    """A row that changes a kept contact."""

    row: ContactRow
    contact_id: UUID
    facts: dict[str, object]
    choices: dict[str, bool]


class ContactImport:
    """Imports contacts batch by batch; `touched` are the kept customers whose search document is out of date afterwards."""

    def __init__(
        self,
        session: Session,
        customers: Planner,
        documents: Documents | None,
        findings: Findings,
        *,
        by: Actor,
        at: datetime,
        facts: dict[str, object],
    ):
        self._session = session
        self._documents = documents
        self._people: list[tuple[UUID, str, str]] = []
        self._planned = customers.external_ids
        self._planned_emails = customers.emails
        self._findings = findings
        self._by, self._at, self._facts = by, at, facts
        self._actor = tuple(audit.actor_columns(by)[name] for name in ACTOR)
        self._tables = {model: BulkTable(session, model, names) for model, names in _TABLES.items()}
        self._seen: dict[tuple[str, str], int] = {}
        self._later: list[Change] = []
        self.touched: set[UUID] = set()
        self.counts = {"created": 0, "updated": 0, "unchanged": 0}

    def take(self, rows: list[ContactRow], *, write: bool) -> None:
        """Plan a batch of rows, and write it unless this is only a check."""
        owners = self._owners(rows)
        matched = []
        for row in rows:
            owner = owners.get(row.customer_id or row.customer_email)
            if self._is_first(row) and self._has_customer(row, owner):
                matched.append((row, owner))
        kept = self._kept(matched)
        chosen = self._chosen([contact.id for contact in kept.values()])
        for row, owner in matched:
            contact = kept.get((owner.id, row.email_key)) if owner is not None else self._primary_to_be(row)
            if contact is None:
                self.counts["created"] += 1
                if write and owner is not None:
                    self._create(row, owner)
            else:
                self._change(row, contact, chosen.get(contact.id, {}), write=write)
        if write:
            for table in self._tables.values():
                table.write()
            self._documents.complete(self._people)
            self._people = []

    def finish(self) -> None:
        """Try once more what waited for somebody else to take a topic over."""
        for change in self._later:
            self._choose(change, last=True)

    def _is_first(self, row: ContactRow) -> bool:
        first = self._seen.setdefault((row.customer_id or row.customer_email, row.email_key), row.number)
        if first != row.number:
            self._wrong(row, "email", row.email, f"Row {first:,} has this contact already.")
        return first == row.number

    def _has_customer(self, row: ContactRow, owner: Row | None) -> bool:
        if owner is not None and owner.status == "archived":
            self._wrong(row, "customer_external_id", row.customer_id, f"{owner.name} is archived. Restore it first, or take the row out.")
            return False
        if owner is None and row.customer_id not in self._planned and row.customer_email not in self._planned_emails:
            column = "customer_external_id" if row.customer_id else "customer_email"
            said = row.customer_id or row.customer_email
            self._wrong(row, column, said, f"No customer {quoted(said)} is in the file or known here.")
            return False
        return True

    def _primary_to_be(self, row: ContactRow) -> SimpleNamespace | None:
        """Give the contact that the address of a new customer will be, in a check, where it is not written."""
        customer = self._planned_emails.get(row.email_key)
        named = self._planned.get(row.customer_id) if row.customer_id else self._planned_emails.get(row.customer_email)
        return _PRIMARY if customer is not None and customer == named else None

    def _owners(self, rows: list[ContactRow]) -> dict[str, Row]:
        """Load the customers that rows name, by what names them."""
        external_ids = list({row.customer_id for row in rows if row.customer_id})
        emails = list({row.customer_email for row in rows if not row.customer_id})
        found = {owner.external_id: owner for owner in self._session.execute(_OWNER.where(Customer.external_id.in_(external_ids)))}
        if emails:
            found |= {owner.email_key: owner for owner in self._session.execute(_OWNER.where(Customer.email_key.in_(emails)))}
        return found

    def _kept(self, matched: list[tuple[ContactRow, Row | None]]) -> dict[tuple[UUID, str], Row]:
        customer_ids = list({owner.id for _, owner in matched if owner is not None})
        statement = _KEPT.where(Contact.customer_id.in_(customer_ids))
        return {(contact.customer_id, contact.email_key): contact for contact in self._session.execute(statement)}

    def _chosen(self, contact_ids: list[UUID]) -> dict[UUID, dict[str, bool]]:
        statement = select(Preference.contact_id, Preference.topic, Preference.wanted).where(Preference.contact_id.in_(contact_ids))
        found: dict[UUID, dict[str, bool]] = {}
        for contact_id, topic, wanted in self._session.execute(statement):
            found.setdefault(contact_id, {})[topic] = wanted
        return found

    def _create(self, row: ContactRow, owner: Row) -> None:
        contact_id, event_id = ids.new_ids(2)
        get = row.facts.get
        first, last = get("first_name", ""), get("last_name", "")
        self._tables[Contact].rows.append(
            (
                *(contact_id, owner.id, row.email, row.email_key, first, last, get("phone", "")),
                *(get("job_title", ""), get("locale"), get("time_zone"), False, "none", "none", self._at, self._at),
            )
        )
        if row.receives is not None:
            self._choose_at_once(row, contact_id)
        name = f"{first} {last}".strip()
        self._record(row, owner, contact_id, event_id, name or row.email)
        if owner.created_at == self._at:
            self._people.append((owner.id, name, row.email))
        else:
            self.touched.add(owner.id)

    def _choose_at_once(self, row: ContactRow, contact_id: UUID) -> None:
        """Collect the choices of a new contact that differ from the defaults, with their receipts."""
        differing = [(topic, wanted) for topic, wanted in row.choices().items() if _DEFAULTS[topic] != wanted]
        who = (self._by.kind, self._by.user_id, self._by.name, self._at)
        for (topic, wanted), receipt in zip(differing, ids.new_ids(len(differing)), strict=True):
            self._tables[PreferenceReceipt].rows.append((receipt, contact_id, topic, not wanted, wanted, "import", _wording(row), *who))
            self._tables[Preference].rows.append((contact_id, topic, wanted, receipt))

    def _record(self, row: ContactRow, owner: Row, contact_id: UUID, event_id: UUID, name: str) -> None:
        changes = {"email": [None, row.email]} | {field: [None, value] for field, value in row.facts.items()}
        if row.words:
            changes["receives"] = [None, row.words]
        event = (event_id, self._at, "contact.added", owner.id, "contact", contact_id, name[:255], changes)
        self._tables[AuditEvent].rows.append((*event, self._facts | {"row": row.number}, *self._actor, ""))

    def _change(self, row: ContactRow, contact: Row | SimpleNamespace, chosen: dict[str, bool], *, write: bool) -> None:
        facts = {field: value for field, value in row.facts.items() if value != getattr(contact, field)}
        choices = {
            topic: wanted
            for topic, wanted in row.choices().items()
            if chosen.get(topic, CHOICES[topic].default(contact.is_primary)) != wanted
        }
        if not facts and not choices:
            self.counts["unchanged"] += 1
            return
        self.counts["updated"] += 1
        if write:
            change = Change(row, contact.id, facts, choices)
            if facts:
                contacts.change(self._session, self._session.get_one(Contact, contact.id), facts, by=self._by)
            if choices:
                self._choose(change, last=False)

    def _choose(self, change: Change, *, last: bool) -> None:
        """Choose topics; the last recipient of one waits until all rows are in, for a later row may take over."""
        wording = dict.fromkeys(change.choices, _wording(change.row))
        contact = self._session.get_one(Contact, change.contact_id)
        try:
            with self._session.begin_nested():
                communications.choose(self._session, contact, change.choices, how="import", wording=wording, by=self._by)
        except Refusal as refusal:
            if last:
                self._wrong(change.row, "receives", change.row.words, str(refusal))
            else:
                self._later.append(change)

    def _wrong(self, row: ContactRow, column: str, value: str, reason: str) -> None:
        self._findings.add(KIND, row.number, column, value, reason, name=row.customer_id)


def _wording(row: ContactRow) -> str:
    return f"receives: {row.words}"
