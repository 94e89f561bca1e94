"""Parents and children: found by what people call them, listed, and their wallets rolled up."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Row, bindparam, func, or_, select, tuple_
from sqlalchemy.orm import Session, aliased

from portal.domain import reach
from portal.domain.actors import Actor
from portal.domain.errors import NotFound, Refusal
from portal.model import Customer, Wallet
from portal.model.customer import sort_key
from portal.values.text import quoted

PAGE = 100
NEAR = 8

_under = select(Customer.id).where(Customer.parent_id == bindparam("root")).cte("under", recursive=True)
_below = aliased(Customer)
_DESCENDANTS = _under.union(select(_below.id).join(_under, _below.parent_id == _under.c.id))

_TOTALS = (
    select(Wallet.currency, func.sum(Wallet.balance).label("total"), func.count().label("wallets"))
    .join(_DESCENDANTS, _DESCENDANTS.c.id == Wallet.customer_id)
    .where(Wallet.status != "closed")
    .group_by(Wallet.currency)
    .order_by(Wallet.currency)
)


class NotOne(Refusal):
    """A name stands for several customers."""


@dataclass(frozen=True)
class Children:
    """A page of a customer's children: rows of (id, name, external_id, status, currency, balance); `more` follow."""

    rows: list[Row]
    more: bool


@dataclass(frozen=True)
class Held:
    """What a customer has of a currency, and those below, in minor units."""

    currency: str
    own: int
    below: int

    @property
    def together(self) -> int:
        return self.own + self.below


def named(session: Session, text: str, *, actor: Actor) -> Customer:
    """Find the one customer that is called so, of those that the actor reaches: by its Customer ID, else by its name, whatever
    the case.

    :raises NotFound: when none is; NotOne: when several are.
    """
    text = text.strip()
    reached = reach.within(actor, Customer.id)
    found = session.scalar(select(Customer).where(Customer.external_id == text, *reached))
    if found is not None:
        return found
    several = session.scalars(select(Customer).where(Customer.name_key == sort_key(text), *reached).limit(2)).all()
    if not several:
        raise NotFound(f"No customer has the ID or the name {quoted(text)}.", field="parent")
    if len(several) > 1:
        raise NotOne(f"Several customers are called {quoted(text)}. Write the Customer ID.", field="parent")
    return several[0]


def near(session: Session, text: str, *, actor: Actor) -> list[Row]:
    """List (id, name, external_id) of the first few active customers in the actor's reach whose name or Customer ID begins so."""
    key, text = sort_key(text), text.strip()
    if not key:
        return []
    return list(
        session.execute(
            select(Customer.id, Customer.name, Customer.external_id)
            .where(
                *reach.within(actor, Customer.id),
                Customer.status == "active",
                or_(_begins(Customer.name_key, key), _begins(Customer.external_id, text)),
            )
            .order_by(Customer.name_key, Customer.id)
            .limit(NEAR)
        )
    )


def shown(customer: Customer | None) -> str:
    """Write a customer as `named` finds it again."""
    return (customer.external_id or customer.name) if customer is not None else ""


def children(session: Session, customer_id: UUID, *, actor: Actor, after: UUID | None = None, size: int = PAGE) -> Children:
    """List the children that the actor reaches by name, each with its main wallet; `after` is the last one of the page before."""
    question = (
        select(Customer.id, Customer.name, Customer.external_id, Customer.status, Wallet.currency, Wallet.balance)
        .outerjoin(Wallet, (Wallet.customer_id == Customer.id) & Wallet.is_main)
        .where(Customer.parent_id == customer_id, *reach.within(actor, Customer.id))
        .order_by(Customer.name_key, Customer.id)
        .limit(size + 1)
    )
    if after is not None and (last := session.get(Customer, after)) is not None:
        question = question.where(tuple_(Customer.name_key, Customer.id) > tuple_(last.name_key, last.id))
    rows = list(session.execute(question))
    return Children(rows[:size], len(rows) > size)


def totals(session: Session, customer_id: UUID, *, actor: Actor) -> list[Row]:
    """Add up the wallets of all descendants that the actor reaches: rows of (currency, total in minor units, wallets), by currency."""
    return list(
        session.execute(
            _TOTALS.where(*reach.within(actor, Wallet.customer_id)) if actor.entity_ids is not None else _TOTALS, {"root": customer_id}
        )
    )


def roll_up(own: Iterable, below: list[Row]) -> list[Held]:
    """Put a customer's own wallets, and the `totals` of those below, together by currency."""
    here: dict[str, int] = {}
    for wallet in own:
        here[wallet.currency] = here.get(wallet.currency, 0) + wallet.balance
    under = {row.currency: int(row.total) for row in below}
    return [Held(currency, here.get(currency, 0), under.get(currency, 0)) for currency in sorted(here.keys() | under.keys())]


def _begins(column, text: str):
    """Ask for a prefix as a range, which an index answers."""
    return (column >= text) & (column < text + "\U0010ffff")
