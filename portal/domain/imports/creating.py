"""New customers in bulk: the rows that `customers.add`, its contact, address, tax ID and wallet would have made."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import lru_cache
from uuid import UUID

from sqlalchemy.orm import Session

from portal.domain import audit, ledger
from portal.domain.actors import Actor
from portal.domain.attributes import Column
from portal.domain.imports.bulk import BulkTable
from portal.domain.imports.customer_rows import ADDRESS_COLUMNS, CustomerRow
from portal.domain.imports.stored import encoded, json_string, json_text
from portal.model import Address, AuditEvent, Contact, Customer, TaxId
from portal.model.customer import sort_key
from portal.values import ids

ACTOR = ("actor_kind", "actor_user_id", "actor_name", "origin", "ip", "device", "request_id")
_PARTS = 5
"""A new customer has at most a contact, two addresses, a tax ID and an audit event."""
_JSON = frozenset({"custom_data", "attributes", "changes", "facts"})
_TABLES: dict[type, tuple[str, ...]] = {
    Customer: (
        "id", "name", "name_key", "external_id", "email", "email_key", "phone", "locale", "time_zone", "currency",
        "communications", "tax_exempt", "tax_exempt_reason", "custom_data", "attributes", "notes",
    ),
    Contact: ("id", "customer_id", "email", "email_key"),
    Address: ("id", "customer_id", *ADDRESS_COLUMNS, "city_key", "is_billing", "is_shipping"),
    TaxId: ("id", "customer_id", "kind", "value"),
    **ledger.OPENING_COLUMNS,
    AuditEvent: ("id", "action", "customer_id", "subject_kind", "subject_id", "subject_name", "changes", "facts"),
}  # fmt: skip
_NO_ADDRESS = dict.fromkeys(ADDRESS_COLUMNS, "")


class Creator:
    """Writes new customers batch by batch, all at one moment and by one actor."""

    def __init__(
        self, session: Session, *, entity_id: UUID, attributes: Sequence[Column], at: datetime, by: Actor, facts: dict[str, object]
    ):
        self._at = at
        self._by = by
        constant: dict[type, dict[str, object]] = {
            Customer: {
                **{"business_entity_id": entity_id, "auto_charge": False, "support_access": True, "tax_exempt_evidence": ""},
                **{"status": "active", "version": 1, "created_at": at, "updated_at": at},
            },
            Contact: {
                **dict.fromkeys(("first_name", "last_name", "phone", "job_title"), ""),
                **{"is_primary": True, "portal_role": "owner", "bounce_state": "none", "created_at": at, "updated_at": at},
            },
            Address: {"phone": "", "created_at": at},
            TaxId: {"register_state": "unknown", "register_name": "", "created_at": at},
            AuditEvent: {"at": at, "on_behalf_of": "", **{name: audit.actor_columns(by)[name] for name in ACTOR}},
        }
        self._tables = {
            model: BulkTable(session, model, names, constant=constant.get(model), json=_JSON.intersection(names))
            for model, names in _TABLES.items()
        }
        self._facts = encoded(facts)[:-1]
        """What every audit event of this import tells, as JSON that is still open."""
        self._told = {one.key: f'"{one.key}": {encoded({"label": one.label, "kind": one.kind})}' for one in attributes}
        """What an event tells of each attribute, so that its changes can be read later."""
        self._fresh: Iterator[str] = iter(())

    def create(self, rows: list[CustomerRow]) -> list[str]:
        """Write customers with all that belongs to them; give their ids (hexadecimal digits) in the order of the rows."""
        made = ids.new_hexes(len(rows))
        self._fresh = iter(ids.new_hexes(_PARTS * len(rows)))
        openings = []
        for customer_id, row in zip(made, rows, strict=True):
            custom_data = encoded(row.facts["custom_data"]) if "custom_data" in row.facts else "{}"
            self._customer(customer_id, row, custom_data)
            if row.email_key:  # the customer's own address as a contact, as `contacts.sync_primary` makes it
                self._tables[Contact].rows.append((next(self._fresh), customer_id, row.facts["email"], row.email_key))
            if row.billing or row.shipping:
                self._addresses(customer_id, row)
            if row.tax_id:
                self._tables[TaxId].rows.append((next(self._fresh), customer_id, *row.tax_id))
            if row.wallet:
                openings.append(ledger.Opening(customer_id, row.wallet[0], row.wallet[1] or 0, f"{customer_id}:{row.wallet[0]}"))
            self._record(customer_id, row, custom_data)
        self.open_wallets(openings)
        self.write()
        return made

    def open_wallets(self, openings: list[ledger.Opening]) -> list[str]:
        """Collect wallets with their opening balances, posted as the ledger posts them; give the wallets' ids."""
        made = ledger.opening_rows(openings, by=self._by, at=self._at)
        for model, rows in made.tables():
            self._tables[model].rows += rows
        return [wallet[0] for wallet in made.wallets]

    def record(self, action: str, customer_id: str, subject: tuple[str, str, str], facts: dict[str, object]) -> None:
        """Collect an audit event; `subject` is kind, id and name, an id its hexadecimal digits."""
        kind, subject_id, name = subject
        event = (ids.new_id().hex, action, customer_id, kind, subject_id, name[:255], "{}", f"{self._facts}, {encoded(facts)[1:]}")
        self._tables[AuditEvent].rows.append(event)

    def write(self) -> None:
        """Write what was collected, parents first."""
        for table in self._tables.values():
            table.write()

    def _customer(self, customer_id: str, row: CustomerRow, custom_data: str) -> None:
        get = row.facts.get
        self._tables[Customer].rows.append(
            (
                *(customer_id, row.name, sort_key(row.name), row.external_id, get("email"), row.email_key, get("phone")),
                *(get("locale"), get("time_zone"), get("currency"), get("communications", True), get("tax_exempt", False)),
                *(get("tax_exempt_reason", ""), custom_data, encoded(row.attributes) if row.attributes else "{}", get("notes", "")),
            )
        )

    def _addresses(self, customer_id: str, row: CustomerRow) -> None:
        """An address that is the default for both is one row."""
        same = row.billing == row.shipping
        if row.billing:
            self._address(customer_id, row.billing, True, same)
        if row.shipping and not same:
            self._address(customer_id, row.shipping, False, True)

    def _address(self, customer_id: str, given: dict[str, str], billing: bool, shipping: bool) -> None:
        parts = _NO_ADDRESS | given
        self._tables[Address].rows.append((next(self._fresh), customer_id, *parts.values(), sort_key(parts["city"]), billing, shipping))

    def _record(self, customer_id: str, row: CustomerRow, custom_data: str) -> None:
        """Collect the event of a new customer, its JSON put together by hand: a third of what the encoder takes."""
        values = [
            json_string(value) if value.__class__ is str else custom_data if value.__class__ is dict else encoded(value)
            for value in row.facts.values()
        ]
        values += map(json_string, row.billing.values())
        values += map(json_string, row.shipping.values())
        if row.tax_id:
            values.append(json_string(" ".join(row.tax_id)))
        facts = f'{self._facts}, "row": {row.number}'
        if row.wallet and row.wallet[1]:
            currency, amount = row.wallet
            facts = f'{facts}, "currency": "{currency}", "amount": {amount}, "before": 0, "after": {amount}'
        if row.attributes:
            values += map(json_text, row.attributes.values())
            facts = f'{facts}, "attributes": {{{", ".join(self._told[key] for key in row.attributes)}}}'
        changes = _from_nothing(tuple(row.facts), tuple(row.billing), tuple(row.shipping), bool(row.tax_id), tuple(row.attributes))
        event = (next(self._fresh), "customer.imported", customer_id, "customer", customer_id, row.name[:255])
        self._tables[AuditEvent].rows.append((*event, changes % tuple(values), facts + "}"))


@lru_cache(maxsize=1024)
def _from_nothing(facts: tuple, billing: tuple, shipping: tuple, has_tax_id: bool, attributes: tuple) -> str:
    """Write the changes of fields that had no value as JSON, with a place for each value; rows of a file have the same few."""
    fields = (*facts, *billing, *(f"shipping {part}" for part in shipping))
    changes = [f'"{field}": [null, %s]' for field in fields]
    if has_tax_id:
        changes.append('"tax_ids": [[], [%s]]')
    changes += [f'"attributes.{key}": [null, %s]' for key in attributes]
    return f"{{{', '.join(changes)}}}"
