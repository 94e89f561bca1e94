"""Opening wallets, and what may be changed about one besides its balance."""

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.domain import audit
from portal.domain.actors import Actor
from portal.domain.errors import Conflict, Refusal
from portal.model import Customer, Wallet
from portal.values import money
from portal.values.text import clean_line

_ACTS = {"frozen": "wallet.frozen", "closed": "wallet.closed"}


class WalletExists(Conflict):
    """A customer has one wallet in each currency."""

    def __init__(self, currency: str):
        super().__init__(f"There is a wallet in {currency} already: a customer has one in each currency.", field="currency")


class WalletNotEmpty(Refusal):
    """A wallet with money in it cannot be closed."""

    def __init__(self, wallet: Wallet):
        way_on = "Deduct it first" if wallet.balance > 0 else "Make it good first"
        super().__init__(
            f"The balance is {{balance}}. {way_on}: only an empty wallet can be closed.",
            field="status",
            balance=money.Money(wallet.balance, wallet.currency),
        )


class FloorAboveBalance(Refusal):
    """The balance is never below the floor, so the floor is never above the balance."""

    def __init__(self, wallet: Wallet):
        super().__init__(
            "The balance is {balance}: the floor cannot be above it.",
            field="floor",
            balance=money.Money(wallet.balance, wallet.currency),
        )


class NotThisWay(Conflict):
    """The wallet's status does not lead to the one asked for."""


def open(session: Session, customer: Customer, currency: str, *, name: str = "", by: Actor) -> Wallet:
    """Open a wallet in a currency (ISO 4217); a customer's first is its main one.

    :raises WalletExists: when there is one in this currency.
    :raises Refusal: when the customer is archived.
    """
    if customer.archived:
        raise Refusal("This customer is archived. Restore it first, then open the wallet.", field="currency")
    kept = list(session.execute(select(Wallet.currency, Wallet.is_main).where(Wallet.customer_id == customer.id)))
    if any(row.currency == currency for row in kept):
        raise WalletExists(currency)
    wallet = Wallet(customer_id=customer.id, currency=currency, name=clean_line(name)[:255], is_main=not any(row.is_main for row in kept))
    try:
        with session.begin_nested():
            session.add(wallet)
    except IntegrityError:
        raise WalletExists(currency) from None
    audit.record(
        session,
        "wallet.opened",
        by=by,
        customer_id=customer.id,
        subject=wallet,
        subject_name=wallet.name or currency,
        facts={"currency": currency, "name": wallet.name},
    )
    return wallet


def set_status(session: Session, wallet: Wallet, status: str, *, reason: str, by: Actor) -> Wallet:
    """Freeze, close or reopen a wallet, with a reason; asking for what is so already changes nothing.

    :raises WalletNotEmpty: when it is to be closed with money in it.
    :raises NotThisWay: when somebody changed it in the meantime, or a closed wallet is to be frozen.
    """
    reason = clean_line(reason)
    if not reason:
        raise Refusal("A reason is missing: those who come later will look for it.", field="reason")
    if len(reason) > 255:
        raise Refusal("The reason is longer than 255 characters.", field="reason")
    if status not in {"open", *_ACTS}:
        raise Refusal("Choose what happens to the wallet: it is frozen, closed or opened again.", field="status")
    before = wallet.status
    if status == before:
        return wallet
    if (before, status) == ("closed", "frozen"):
        raise NotThisWay("This wallet is closed. Open it again before freezing it.", field="status")
    statement = update(Wallet).where(Wallet.id == wallet.id, Wallet.status == before)
    if status == "closed":
        statement = statement.where(Wallet.balance == 0)
    if not session.execute(statement.values(status=status, status_reason=reason).execution_options(synchronize_session=False)).rowcount:
        session.refresh(wallet)
        if wallet.status != before:
            raise NotThisWay(f"Somebody else changed this wallet in the meantime: it is {wallet.status} now.", field="status")
        raise WalletNotEmpty(wallet)
    session.refresh(wallet)
    audit.record(
        session,
        _ACTS.get(status, "wallet.reopened"),
        by=by,
        customer_id=wallet.customer_id,
        subject=wallet,
        subject_name=wallet.name or wallet.currency,
        changes={"status": (before, status)},
        facts={"reason": reason, "currency": wallet.currency},
    )
    return wallet


def set_floor(session: Session, wallet: Wallet, floor: int, *, by: Actor) -> Wallet:
    """Set how far the balance may go down (minor units; below zero is an overdraft).

    :raises FloorAboveBalance: when the balance is below it already.
    """
    if abs(floor) > money.MAX_MINOR:
        raise Refusal("The floor is beyond what a wallet holds.", field="floor")
    before = wallet.floor
    if floor == before:
        return wallet
    statement = update(Wallet).where(Wallet.id == wallet.id, Wallet.balance >= floor).values(floor=floor)
    moved = session.execute(statement.execution_options(synchronize_session=False)).rowcount
    session.refresh(wallet)
    if not moved:
        raise FloorAboveBalance(wallet)
    audit.record(
        session,
        "wallet.floor_changed",
        by=by,
        customer_id=wallet.customer_id,
        subject=wallet,
        subject_name=wallet.name or wallet.currency,
        changes={"floor": (money.machine_amount(before, wallet.currency), money.machine_amount(floor, wallet.currency))},
        facts={"currency": wallet.currency},
    )
    return wallet
