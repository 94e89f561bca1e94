"""How much an operator of a role moves alone, in one currency; above it a second operator approves."""

from sqlalchemy import bindparam, delete, select
from sqlalchemy.orm import Session

from portal.domain import audit
from portal.domain import roles as known
from portal.domain.actors import Actor
from portal.domain.errors import Refusal
from portal.model import WalletLimit
from portal.values.money import EXPONENTS, MAX_MINOR, Money, machine_amount

_AMOUNT = select(WalletLimit.amount).where(WalletLimit.role == bindparam("role"), WalletLimit.currency == bindparam("currency"))


class NeedsApproval(Refusal):
    """The amount is above what the actor's role moves alone. `limit` is in minor units of `currency`, `role` the role's name."""

    def __init__(self, *, limit: int, currency: str, role: str):
        self.limit, self.currency = limit, currency
        super().__init__(
            "{role} moves at most {limit} alone: a second operator approves more."
            if limit
            else "A second operator approves what {role} moves.",
            field="amount",
            role=role,
            limit=Money(limit, currency),
        )


def roles(session: Session) -> dict[str, str]:
    """Name the roles that move credit, and so can have a limit, by their keys."""
    return {role.key: role.name for role in known.all(session) if "wallet.adjust" in role.words}


def limits(session: Session) -> dict[tuple[str, str], int]:
    """Read all limits: minor units by (role, currency)."""
    return {
        (row.role, row.currency): row.amount for row in session.execute(select(WalletLimit.role, WalletLimit.currency, WalletLimit.amount))
    }


def limit_of(session: Session, currency: str, *, by: Actor) -> int | None:
    """Give what an actor moves alone in a currency, in minor units; None where nothing limits."""
    if by.kind != "operator":
        return None
    return session.connection().execute(_AMOUNT, {"role": by.role, "currency": currency}).scalar()


def required(session: Session, amount: int, currency: str, *, by: Actor) -> bool:
    """Tell whether a second operator has to approve that `by` moves so much (minor units, either way)."""
    limit = limit_of(session, currency, by=by)
    return limit is not None and abs(amount) > limit


def set_limit(session: Session, role: str, currency: str, amount: int | None, *, by: Actor) -> None:
    """Set what a role moves alone in a currency (minor units; 0: nothing; None: no limit).

    :raises Refusal: for a role that moves no credit, an unknown currency, an amount out of bounds.
    """
    names = roles(session)
    if role not in names:
        raise Refusal("Choose a role that moves credit.", field="role")
    if currency not in EXPONENTS:
        raise Refusal("Choose a currency.", field="currency")
    if amount is not None and not 0 <= amount <= MAX_MINOR:
        raise Refusal("A limit is 0 or more, and at most {most}.", field="amount", most=Money(MAX_MINOR, currency))
    kept = session.get(WalletLimit, (role, currency), with_for_update=True, populate_existing=True)
    before = kept.amount if kept is not None else None
    if amount == before:
        return
    if amount is None:
        session.execute(delete(WalletLimit).where(WalletLimit.role == role, WalletLimit.currency == currency))
    elif kept is None:
        session.add(WalletLimit(role=role, currency=currency, amount=amount))
    else:
        kept.amount = amount
    session.flush()
    audit.record(
        session,
        "wallet.limit_changed",
        by=by,
        subject_name=f"{names[role]}, {currency}",
        changes={"limit": tuple(None if minor is None else machine_amount(minor, currency) for minor in (before, amount))},
        facts={"role": role, "currency": currency},
    )
