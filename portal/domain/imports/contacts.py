"""The contacts' file: whose contact each row is, what it changes, and new contacts in bulk."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from portal.domain import audit, communications, contacts, topics
from portal.domain.actors import Actor
from portal.domain.errors import Refusal
from portal.domain.imports import people
from portal.domain.imports.bulk import BulkTable
from portal.domain.imports.contact_rows import KIND, ContactRow
from portal.domain.imports.creating import ACTOR
from portal.domain.imports.documents import Documents
from portal.domain.imports.keys import Keys
from portal.domain.imports.looking import Key, Lookup, uuid_of
from portal.domain.imports.people import KeptContact, Owner
from portal.domain.imports.planning import Planner
from portal.domain.imports.problems import Findings
from portal.domain.imports.stored import encoded, json_text
from portal.domain.imports.topic_words import by_default, chosen_by, is_marketing
from portal.domain.search import documents
from portal.domain.topics import CHOICES
from portal.model import AuditEvent, Contact, ContactDefault, Preference, PreferenceReceipt
from portal.values import ids
from portal.values.text import quoted

_TABLES = {
    Contact: ("id", "customer_id", "email", "email_key", "first_name", "last_name", "phone", "job_title", "locale", "time_zone"),
    PreferenceReceipt: ("id", "contact_id", "topic", "before", "wanted", "wording"),
    Preference: ("contact_id", "topic", "wanted", "receipt_id"),
    AuditEvent: ("id", "customer_id", "subject_id", "subject_name", "changes", "facts"),
}  # fmt: skip
_JSON = frozenset({"changes", "facts"})
_DEFAULTS = {key: topic.default(False) for key, topic in CHOICES.items()}
"""What a new secondary contact is sent, by topic."""
_TOUCHED = 2_000
"""How many kept customers wait for their search documents at most."""


_PRIMARY = KeptContact("", "", "", "", "", "", "", None, None, is_primary=True)
"""What the address of a new customer will be, in a check, where it is not written."""


@dataclass
class Change:
    """A row that changes a kept contact."""

    row: ContactRow
    contact_id: Key
    facts: dict[str, object]
    choices: dict[str, bool]


class ContactImport:
    """Imports contacts batch by batch."""

    def __init__(
        self,
        session: Session,
        customers: Planner,
        made: Documents | None,
        findings: Findings,
        *,
        by: Actor,
        at: datetime,
        facts: dict[str, object],
    ):
        self._session = session
        self._look = Lookup(session)
        self._documents = made
        self._people: list[tuple[Key, str, str]] = []
        self._any_defaults = bool(session.scalar(select(exists(select(ContactDefault.customer_id)))))
        self._planned = customers.external_ids
        self._planned_emails = customers.emails
        self._findings = findings
        self._by = by
        self._at = self._look.moment(at)
        columns = audit.actor_columns(by)
        constant: dict[type, dict[str, object]] = {
            Contact: {"is_primary": False, "portal_role": "none", "bounce_state": "none", "created_at": at, "updated_at": at},
            PreferenceReceipt: {
                **{"how": "import", "chosen_at": at},
                **{name: columns[name] for name in ("actor_kind", "actor_user_id", "actor_name")},
            },
            AuditEvent: {
                **{"at": at, "action": "contact.added", "subject_kind": "contact", "on_behalf_of": ""},
                **{name: columns[name] for name in ACTOR},
            },
        }
        self._tables = {
            model: BulkTable(session, model, names, constant=constant.get(model), json=_JSON.intersection(names))
            for model, names in _TABLES.items()
        }
        self._facts = encoded(facts)[:-1]
        self._seen = Keys()
        self._later: list[Change] = []
        self._touched: set[Key] = set()
        self.counts = {"created": 0, "updated": 0, "unchanged": 0}

    def take(self, rows: list[ContactRow], *, write: bool) -> None:
        """Plan a batch of rows, and write it unless this is only a check."""
        with documents.together(self._session):
            self._take(rows, write=write)
        if len(self._touched) > _TOUCHED:
            self._index()

    def _take(self, rows: list[ContactRow], *, write: bool) -> None:
        owners = people.owners(self._look, rows)
        again = self._seen.note((f"{row.customer_id or row.customer_email}\n{row.email_key}", row.number) for row in rows)
        matched = []
        for row in rows:
            owner = owners.get(row.customer_id or row.customer_email)
            if row.number in again:
                self._wrong(row, "email", row.email, f"Row {again[row.number]:,} has this contact already.")
            elif self._has_customer(row, owner):
                matched.append((row, owner))
        kept = people.kept(self._look, {owner.id for _, owner in matched if owner is not None})
        chosen = people.chosen(self._look, [contact.id for contact in kept.values()])
        defaults = people.defaults(self._look, {owner.id for _, owner in matched if owner is not None}) if self._any_defaults else {}
        for row, owner in matched:
            contact = kept.get((owner.id, row.email_key)) if owner is not None else self._primary_to_be(row)
            if contact is None:
                self.counts["created"] += 1
                if write and owner is not None:
                    self._create(row, owner, defaults.get(owner.id, {}))
            else:
                self._change(row, contact, chosen.get(contact.id, {}), write=write)
        if write:
            for table in self._tables.values():
                table.write()
            if self._documents.filled:
                self._touched.update(customer_id for customer_id, _, _ in self._people)
            else:
                self._documents.complete(self._people)
            self._people = []

    def finish(self) -> None:
        """Try once more what waited for somebody else to take a topic over, and bring the documents of kept customers up to date."""
        self._index()
        for change in self._later:
            self._choose(change, last=True)

    def _index(self) -> None:
        documents.index(self._session, map(uuid_of, self._touched))
        self._touched = set()

    def _has_customer(self, row: ContactRow, owner: Owner | None) -> bool:
        if owner is not None and owner.status == "archived":
            self._wrong(row, "customer_external_id", row.customer_id, f"{owner.name} is archived. Restore it first, or take the row out.")
            return False
        if owner is None and self._planned_row(row) is None:
            column = "customer_external_id" if row.customer_id else "customer_email"
            said = row.customer_id or row.customer_email
            self._wrong(row, column, said, f"No customer {quoted(said)} is in the file or known here.")
            return False
        return True

    def _planned_row(self, row: ContactRow) -> int | None:
        """Give the row of the customers' file that the contact names, in a check, where it is not written."""
        return self._planned.first(row.customer_id) if row.customer_id else self._planned_emails.first(row.customer_email)

    def _primary_to_be(self, row: ContactRow) -> KeptContact | None:
        """Give the contact that the address of a new customer will be, in a check, where it is not written."""
        customer = self._planned_emails.first(row.email_key)
        return _PRIMARY if customer is not None and customer == self._planned_row(row) else None

    def _create(self, row: ContactRow, owner: Owner, defaults: dict[str, bool]) -> None:
        contact_id, event_id = ids.new_hexes(2)
        get = row.facts.get
        first, last = get("first_name", ""), get("last_name", "")
        contact = (contact_id, owner.id, row.email, row.email_key, first, last, get("phone", ""), get("job_title", ""))
        self._tables[Contact].rows.append((*contact, get("locale"), get("time_zone")))
        if row.receives is not None:
            self._choose_at_once(contact_id, _differing(row.receives), lambda topic, wanted: _wording(row))
        elif defaults:
            differing = [(topic, wanted) for topic, wanted in defaults.items() if _DEFAULTS.get(topic, wanted) != wanted]
            self._choose_at_once(contact_id, differing, _default_wording)
        name = f"{first} {last}".strip()
        self._record(row, owner, contact_id, event_id, name or row.email)
        if owner.created_at == self._at:
            self._people.append((owner.id, name, row.email))
        else:
            self._touched.add(owner.id)

    def _choose_at_once(self, contact_id: str, differing: list[tuple[str, bool]], wording: Callable[[str, bool], str]) -> None:
        """Collect the choices of a new contact that differ from the catalogue's, with their receipts."""
        for (topic, wanted), receipt in zip(differing, ids.new_hexes(len(differing)), strict=True):
            self._tables[PreferenceReceipt].rows.append((receipt, contact_id, topic, not wanted, wanted, wording(topic, wanted)))
            self._tables[Preference].rows.append((contact_id, topic, wanted, receipt))

    def _record(self, row: ContactRow, owner: Owner, contact_id: str, event_id: str, name: str) -> None:
        changes = [f'"{field}": [null, {json_text(value)}]' for field, value in (("email", row.email), *row.facts.items())]
        if row.words:
            changes.append(f'"receives": [null, {json_text(row.words)}]')
        facts = f'{self._facts}, "row": {row.number}}}'
        self._tables[AuditEvent].rows.append((event_id, owner.id, contact_id, name[:255], f"{{{', '.join(changes)}}}", facts))

    def _change(self, row: ContactRow, contact: KeptContact, chosen: dict[str, bool], *, write: bool) -> None:
        facts = {field: value for field, value in row.facts.items() if value != getattr(contact, field)}
        choices = {
            topic: wanted for topic, wanted in row.choices().items() if chosen.get(topic, by_default(topic, contact.is_primary)) != wanted
        }
        if left := [topic for topic, wanted in choices.items() if wanted and chosen.get(topic) is False and is_marketing(topic)]:
            known = topics.all_topics(self._session)
            names = ", ".join(f"“{known[topic].label}”" for topic in left)
            self._wrong(row, "receives", row.words, f"{row.email} opted out of {names}. Only they can ask for it again: take it out here.")
            return
        if not facts and not choices:
            self.counts["unchanged"] += 1
            return
        self.counts["updated"] += 1
        if write:
            change = Change(row, contact.id, facts, choices)
            if facts:
                self._documents.finish()
                contacts.change(self._session, self._session.get_one(Contact, uuid_of(contact.id)), facts, by=self._by)
            if choices:
                self._choose(change, last=False)

    def _choose(self, change: Change, *, last: bool) -> None:
        """Choose topics; the last recipient of one waits until all rows are in, for a later row may take over."""
        wording = dict.fromkeys(change.choices, _wording(change.row))
        contact = self._session.get_one(Contact, uuid_of(change.contact_id))
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


@lru_cache(maxsize=256)
def _differing(receives: frozenset[str]) -> list[tuple[str, bool]]:
    """Give the choices of a new contact that differ from what it would be sent anyway; few cells differ."""
    return [(topic, wanted) for topic, wanted in chosen_by(receives).items() if by_default(topic, False) != wanted]


def _wording(row: ContactRow) -> str:
    return f"receives: {row.words}"


def _default_wording(topic: str, wanted: bool) -> str:
    return f"{CHOICES[topic].label}: {'on' if wanted else 'off'} for new contacts here"
