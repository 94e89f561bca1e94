"""What the head of a customer's page says, and its overview: read in as few statements as possible."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Row, bindparam, func, select
from sqlalchemy.orm import Session

from portal.domain import communications, family
from portal.domain.actors import Actor
from portal.domain.family import Held
from portal.domain.kept import Kept
from portal.model import Address, Contact, CreditGrant, CustomAttribute, Customer, EmailMessage, TaxId, Wallet, WalletEntry
from portal.model.address import PARTS

_ID = bindparam("customer_id")

_COUNTS = Kept(
    select(
        select(func.count())
        .select_from(Contact)
        .where(Contact.customer_id == _ID, Contact.removed_at.is_(None))
        .scalar_subquery()
        .label("contacts"),
        select(func.count()).select_from(EmailMessage).where(EmailMessage.customer_id == _ID).scalar_subquery().label("emails"),
        select(func.count()).select_from(Customer).where(Customer.parent_id == _ID).scalar_subquery().label("children"),
        select(func.count()).select_from(CustomAttribute).scalar_subquery().label("attributes"),
        select(func.count())
        .select_from(Contact)
        .where(Contact.customer_id == _ID, Contact.removed_at.is_(None), Contact.bounce_state != "none")
        .scalar_subquery()
        .label("returned"),
        communications.PRIMARY_READS.exists().label("read"),
    )
)

_ENDING = (CreditGrant.wallet_id == Wallet.id, CreditGrant.emptied_seq.is_(None), CreditGrant.expires_at.is_not(None))
_FIRST_END = select(func.min(CreditGrant.expires_at)).where(*_ENDING).correlate(Wallet).scalar_subquery()

_WALLETS = Kept(
    select(
        Wallet.id,
        Wallet.name,
        Wallet.currency,
        Wallet.balance,
        Wallet.floor,
        Wallet.status,
        Wallet.is_main,
        Wallet.last_entry_at,
        _FIRST_END.label("ends_at"),
        select(func.sum(CreditGrant.remaining))
        .where(*_ENDING, CreditGrant.expires_at == _FIRST_END)
        .correlate(Wallet)
        .scalar_subquery()
        .label("ending"),
    )
    .where(Wallet.customer_id == _ID)
    .order_by(Wallet.is_main.desc(), Wallet.opened_at, Wallet.id)
)

_PARTS = [getattr(Address, part) for part in PARTS]
_ADDRESSES = Kept(
    select(Address.is_billing, Address.is_shipping, *_PARTS).where(Address.customer_id == _ID, Address.is_billing | Address.is_shipping)
)
_TAX_IDS = Kept(
    select(TaxId.kind, TaxId.value, TaxId.register_state, TaxId.register_name, TaxId.register_checked_at)
    .where(TaxId.customer_id == _ID)
    .order_by(TaxId.id)
)

_FIRST_ENTRY = (
    select(WalletEntry.posted_at)
    .join(Wallet, Wallet.id == WalletEntry.wallet_id)
    .where(Wallet.customer_id == _ID, WalletEntry.seq == 1)
    .order_by(WalletEntry.posted_at)
    .limit(1)
)


@dataclass(frozen=True)
class Head:
    """The head of a customer's page.

    `wallets` are rows of (id, name, currency, balance, floor, status, is_main, last_entry_at, ends_at, ending), the main
    one first: `ending` is how much of its credit ends at `ends_at`, the first end there is. `counts` are those of the
    sections, and how many "attributes" are defined at all. `unwell` says that there may be something about the customer's
    mail: an address that it comes back from, or a primary contact that does not get all of billing.
    """

    wallets: list[Row]
    counts: dict[str, int]
    unwell: bool = False

    @property
    def main_wallet(self) -> Row | None:
        return next((wallet for wallet in self.wallets if wallet.is_main), self.wallets[0] if self.wallets else None)


@dataclass(frozen=True)
class Overview:
    """What the overview shows besides the head.

    `billing` and `shipping` are the parts of the default addresses, one and the same object where they are the same;
    `tax_ids` rows of (kind, value, register_state, register_name, register_checked_at); `rollup` is what the customer
    and all below hold, empty without children.
    """

    billing: Mapping | None
    shipping: Mapping | None
    tax_ids: list[Row]
    rollup: list[Held]


def head(session: Session, customer_id: UUID) -> Head:
    """Read the balances and the counts of a customer's sections."""
    one = {"customer_id": customer_id}
    connection = session.connection()
    wallets = list(_WALLETS.rows(connection, one))
    counts = _COUNTS.first(connection, one)._asdict() | {"wallets": len(wallets)}
    returned, read = counts.pop("returned"), counts.pop("read")
    return Head(wallets, counts, unwell=returned > 0 or not read)


def overview(session: Session, customer_id: UUID, head: Head, *, actor: Actor) -> Overview:
    """Read the addresses and tax IDs, and add the wallets below up where the head counts children."""
    one = {"customer_id": customer_id}
    connection = session.connection()
    addresses = [row._asdict() for row in _ADDRESSES.rows(connection, one)]
    return Overview(
        billing=next((address for address in addresses if address["is_billing"]), None),
        shipping=next((address for address in addresses if address["is_shipping"]), None),
        tax_ids=list(_TAX_IDS.rows(connection, one)),
        rollup=family.roll_up(head.wallets, family.totals(session, customer_id, actor=actor)) if head.counts["children"] else [],
    )


def fixed_since(session: Session, customer_id: UUID) -> datetime | None:
    """Tell since when the business entity of a customer is fixed: its first wallet entry; None while it may change."""
    return session.scalar(_FIRST_ENTRY, {"customer_id": customer_id})
