"""New customers in bulk: the rows that `customers.add`, its contact, address, tax ID and wallet would have made."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from portal.domain import audit, ledger
from portal.domain.actors import Actor
from portal.domain.imports.bulk import BulkTable
from portal.domain.imports.customer_rows import ADDRESS_COLUMNS, CustomerRow
from portal.model import Address, AuditEvent, Contact, Customer, TaxId
from portal.model.customer import sort_key
from portal.values import ids

ACTOR = ("actor_kind", "actor_user_id", "actor_name", "origin", "ip", "device", "request_id")
_PARTS = 5
"""A new customer has at most a contact, two addresses, a tax ID and an audit event."""
_TABLES: dict[type, tuple[str, ...]] = {
    Customer: (
        "id", "name", "name_key", "external_id", "email", "email_key", "phone", "business_entity_id", "locale", "time_zone", "currency",
        "communications", "tax_exempt", "tax_exempt_reason", "custom_data", "notes",
        "auto_charge", "support_access", "tax_exempt_evidence", "attributes", "status", "version", "created_at", "updated_at",
    ),
    Contact: (
        "id", "customer_id", "email", "email_key", "first_name", "last_name", "phone", "job_title", "is_primary", "portal_role",
        "bounce_state", "created_at", "updated_at",
    ),
    Address: (
        "id", "customer_id", *ADDRESS_COLUMNS, "city_key", "phone", "is_billing", "is_shipping", "created_at",
    ),
    TaxId: ("id", "customer_id", "kind", "value", "register_state", "register_name", "created_at"),
    **ledger.OPENING_COLUMNS,
    AuditEvent: (
        "id", "at", "action", "customer_id", "subject_kind", "subject_id", "subject_name", "changes", "facts", "on_behalf_of", *ACTOR,
    ),
}  # fmt: skip


class Creator:
    """Writes new customers batch by batch, all at one moment and by one actor."""

    def __init__(self, session: Session, *, entity_id: UUID, at: datetime, by: Actor, facts: dict[str, object]):
        self._tables = {model: BulkTable(session, model, names) for model, names in _TABLES.items()}
        self._entity_id = entity_id
        self._at = at
        self._by = by
        self._actor = tuple(audit.actor_columns(by)[name] for name in ACTOR)
        self._facts = facts
        """What every audit event of this import tells."""
        self._fresh: Iterator[UUID] = iter(())

    def create(self, rows: list[CustomerRow]) -> list[UUID]:
        """Write customers with all that belongs to them; give their ids in the order of the rows."""
        made = ids.new_ids(len(rows))
        self._fresh = iter(ids.new_ids(_PARTS * len(rows)))
        openings = []
        for customer_id, row in zip(made, rows, strict=True):
            self._customer(customer_id, row)
            if row.email_key:
                self._primary(customer_id, row)
            self._addresses(customer_id, row)
            if row.tax_id:
                tax_id = (next(self._fresh), customer_id, *row.tax_id, "unknown", "", self._at)
                self._tables[TaxId].rows.append(tax_id)
            if row.wallet:
                openings.append(ledger.Opening(customer_id, row.wallet[0], row.wallet[1] or 0, f"{customer_id}:{row.wallet[0]}"))
            self._record(customer_id, row, next(self._fresh))
        self.open_wallets(openings)
        self.write()
        return made

    def open_wallets(self, openings: list[ledger.Opening]) -> list[UUID]:
        """Collect wallets with their opening balances, posted as the ledger posts them; give the wallets' ids."""
        made = ledger.opening_rows(openings, by=self._by, at=self._at)
        for model, rows in made.tables():
            self._tables[model].rows += rows
        return [wallet[0] for wallet in made.wallets]

    def record(
        self, action: str, customer_id: UUID, subject: tuple[str, UUID, str], changes: dict, facts: dict, event_id: UUID | None = None
    ) -> None:
        """Collect an audit event; `subject` is kind, id and name."""
        kind, subject_id, name = subject
        event = (event_id or ids.new_id(), self._at, action, customer_id, kind, subject_id, name[:255], changes, self._facts | facts, "")
        self._tables[AuditEvent].rows.append(event + self._actor)

    def write(self) -> None:
        """Write what was collected, parents first."""
        for table in self._tables.values():
            table.write()

    def _customer(self, customer_id: UUID, row: CustomerRow) -> None:
        get = row.facts.get
        self._tables[Customer].rows.append(
            (
                *(customer_id, row.name, sort_key(row.name), row.external_id, get("email"), row.email_key, get("phone")),
                *(self._entity_id, get("locale"), get("time_zone"), get("currency"), get("communications", True)),
                *(get("tax_exempt", False), get("tax_exempt_reason", ""), get("custom_data") or {}, get("notes", "")),
                *(False, True, "", {}, "active", 1, self._at, self._at),
            )
        )

    def _primary(self, customer_id: UUID, row: CustomerRow) -> None:
        """The customer's own address as a contact, as `contacts.sync_primary` makes it."""
        self._tables[Contact].rows.append(
            (
                *(next(self._fresh), customer_id, row.facts["email"], row.email_key, "", "", "", ""),
                *(True, "owner", "none", self._at, self._at),
            )
        )

    def _addresses(self, customer_id: UUID, row: CustomerRow) -> None:
        """An address that is the default for both is one row."""
        if not row.billing and not row.shipping:
            return
        same = row.billing == row.shipping
        for parts, billing, shipping in ((row.billing, True, same), (row.shipping, False, True)):
            if parts and not (same and not billing):
                self._tables[Address].rows.append(
                    (
                        *(next(self._fresh), customer_id),
                        *[parts.get(part, "") for part in ADDRESS_COLUMNS],
                        *(sort_key(parts.get("city", "")), "", billing, shipping, self._at),
                    )
                )

    def _record(self, customer_id: UUID, row: CustomerRow, event_id: UUID) -> None:
        changes = {field: [None, value] for field, value in row.facts.items()}
        changes |= {part: [None, value] for part, value in row.billing.items()}
        changes |= {f"shipping {part}": [None, value] for part, value in row.shipping.items()}
        if row.tax_id:
            changes["tax_ids"] = [[], [" ".join(row.tax_id)]]
        facts: dict[str, object] = {"row": row.number}
        if row.wallet and row.wallet[1]:
            facts |= {"currency": row.wallet[0], "amount": row.wallet[1], "before": 0, "after": row.wallet[1]}
        self.record("customer.imported", customer_id, ("customer", customer_id, row.name), changes, facts, event_id)
