"""The queue of requests."""

from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, func, select, tuple_
from sqlalchemy.orm import Session, joinedload

from portal.domain import reach
from portal.domain.actors import Actor
from portal.domain.errors import NotFound
from portal.model import Wallet, WalletRequest

COUNTED = 100
_LOADED = joinedload(WalletRequest.wallet).joinedload(Wallet.customer)


class RequestPage(NamedTuple):
    """Requests, each with its wallet and that one's customer; `older` is the `before` of the page after it, "" at the end."""

    rows: list[WalletRequest]
    older: str


def waiting(session: Session, actor: Actor, *, state: str = "waiting", before: str | None = None, limit: int = 25) -> RequestPage:
    """Read a page of requests: those that wait with the oldest first, those of another state ("" for all) newest first."""
    if actor.customer_id is not None:
        raise NotFound
    statement = select(WalletRequest).options(_LOADED).where(*_reached(actor))
    if state:
        statement = statement.where(WalletRequest.state == state)
    place, oldest_first = tuple_(WalletRequest.requested_at, WalletRequest.id), state == "waiting"
    if (last := _request(session, before)) is not None:
        mark = tuple_(last.requested_at, last.id)
        statement = statement.where(place > mark if oldest_first else place < mark)
    columns = (WalletRequest.requested_at, WalletRequest.id)
    rows = list(session.scalars(statement.order_by(*(columns if oldest_first else [one.desc() for one in columns])).limit(limit + 1)))
    return RequestPage(rows[:limit], str(rows[limit - 1].id) if len(rows) > limit else "")


def count_waiting(session: Session, actor: Actor) -> int:
    """Count the requests that wait for an operator, up to 100."""
    some = select(WalletRequest.id).where(WalletRequest.state == "waiting", *_reached(actor)).limit(COUNTED).subquery()
    return session.scalar(select(func.count()).select_from(some)) or 0


def find(session: Session, actor: Actor, request_id: UUID) -> WalletRequest:
    """Find a request, its wallet and that one's customer loaded.

    :raises NotFound: when there is none, or the actor is no operator.
    """
    found = session.get(WalletRequest, request_id, options=[_LOADED]) if actor.customer_id is None else None
    if found is None:
        raise NotFound
    reach.demand(session, actor, found.wallet.customer_id)
    return found


def _reached(actor: Actor) -> tuple[ColumnElement[bool], ...]:
    if actor.entity_ids is None:
        return ()
    return (WalletRequest.wallet_id.in_(select(Wallet.id).where(*reach.within(actor, Wallet.customer_id))),)


def _request(session: Session, request_id: str | None) -> WalletRequest | None:
    try:
        return session.get(WalletRequest, UUID(request_id)) if request_id else None
    except ValueError:
        return None
