"""Which customer of the database a row means: by its ID, else by its email, else (having neither) by its name."""

from collections import defaultdict
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import Row, or_, select
from sqlalchemy.orm import Session

from portal.domain.imports.customer_rows import CustomerRow
from portal.model import Address, Customer, TaxId, Wallet
from portal.model.address import PARTS
from portal.model.customer import sort_key

_COLUMNS = (
    "id", "name", "name_key", "external_id", "email", "email_key", "phone", "parent_id", "locale", "time_zone", "currency",
    "communications", "tax_exempt", "tax_exempt_reason", "custom_data", "notes", "status",
)  # fmt: skip
_CUSTOMER = select(*(Customer.__table__.c[name] for name in _COLUMNS))
_ADDRESS = select(Address.__table__.c["customer_id", "is_billing", "is_shipping", *PARTS])
_TAX_ID = select(TaxId.__table__.c["customer_id", "kind", "value"])
_WALLET = select(Wallet.__table__.c["customer_id", "currency", "balance", "status", "is_main"])


@dataclass
class Known:
    """The customers that a batch of rows may mean, with what their rows can change."""

    by_external_id: dict[str, Row] = field(default_factory=dict)
    by_email: dict[str, Row] = field(default_factory=dict)
    by_name: dict[str, Row] = field(default_factory=dict)
    billing: dict[UUID, dict[str, str]] = field(default_factory=dict)
    shipping: dict[UUID, dict[str, str]] = field(default_factory=dict)
    tax_ids: dict[UUID, list[tuple[str, str]]] = field(default_factory=lambda: defaultdict(list))
    wallets: dict[UUID, dict[str, Row]] = field(default_factory=lambda: defaultdict(dict))

    def match(self, row: CustomerRow) -> Row | None:
        """Give the customer that a row means."""
        if row.external_id and (kept := self.by_external_id.get(row.external_id)) is not None:
            return kept
        if row.email_key:
            kept = self.by_email.get(row.email_key)
            return kept if kept is not None and not (row.external_id and kept.external_id) else None
        if row.external_id:
            return None
        return self.by_name.get(row.name)

    def holder_of_email(self, row: CustomerRow, kept: Row | None) -> Row | None:
        """Give another customer that has the row's email already."""
        holder = self.by_email.get(row.email_key) if row.email_key else None
        return holder if holder is not None and (kept is None or holder.id != kept.id) else None


def known(session: Session, rows: list[CustomerRow]) -> Known:
    """Load the customers that some rows may mean."""
    found = Known()
    external_ids = [row.external_id for row in rows if row.external_id]
    emails = [row.email_key for row in rows if row.email_key]
    for kept in session.execute(_CUSTOMER.where(or_(Customer.external_id.in_(external_ids), Customer.email_key.in_(emails)))):
        if kept.external_id:
            found.by_external_id[kept.external_id] = kept
        if kept.email_key:
            found.by_email[kept.email_key] = kept
    if names := [row.name for row in rows if not row.external_id and not row.email_key]:
        nameless = _CUSTOMER.where(
            Customer.name_key.in_([sort_key(name) for name in names]),
            Customer.name.in_(names),
            Customer.external_id.is_(None),
            Customer.email_key.is_(None),
        )
        for kept in session.execute(nameless.order_by(Customer.id.desc())):
            found.by_name[kept.name] = kept
    matched = {kept.id for table in (found.by_external_id, found.by_email, found.by_name) for kept in table.values()}
    if matched:
        _load_parts(session, list(matched), found)
    return found


def _load_parts(session: Session, customer_ids: list[UUID], found: Known) -> None:
    defaults = _ADDRESS.where(Address.customer_id.in_(customer_ids), or_(Address.is_billing, Address.is_shipping))
    for customer_id, is_billing, is_shipping, *parts in session.execute(defaults):
        kept = dict(zip(PARTS, parts, strict=True))
        if is_billing:
            found.billing[customer_id] = kept
        if is_shipping:
            found.shipping[customer_id] = kept
    for customer_id, kind, value in session.execute(_TAX_ID.where(TaxId.customer_id.in_(customer_ids)).order_by(TaxId.id)):
        found.tax_ids[customer_id].append((kind, value))
    for wallet in session.execute(_WALLET.where(Wallet.customer_id.in_(customer_ids))):
        found.wallets[wallet.customer_id][wallet.currency] = wallet
