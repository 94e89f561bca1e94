"""Issuing a statement: what the ledger said over a period is written down under a code."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload

from portal.domain import audit, reach
from portal.domain.actors import Actor
from portal.domain.errors import NotFound, Refusal
from portal.domain.ledger import FIRST_PREV_HASH
from portal.domain.statements import codes
from portal.domain.statements.reading import StatementView, read
from portal.model import Statement, Wallet, WalletEntry
from portal.values import clock

LISTED = 12


class PeriodNotBegun(Refusal):
    """There is nothing to state about days to come."""

    sentence = "This period has not begun yet."


def issue(session: Session, wallet: Wallet, starts_at: datetime, ends_at: datetime, *, time_zone: str, by: Actor) -> Statement:
    """Write a statement of a wallet's entries from `starts_at` up to, not including, `ends_at`; at the latest up to now.

    The same period with the same entries gives the statement that was issued first. Postings that are under way are waited
    for, so that none falls into the period afterwards.

    :raises PeriodNotBegun: when nothing of the period is over.
    """
    if starts_at >= min(ends_at, clock.now()):
        raise PeriodNotBegun(field="from")
    session.execute(select(Wallet.id).where(Wallet.id == wallet.id).with_for_update(read=True))
    view = read(session, wallet, starts_at, min(ends_at, clock.now()))
    if (issued := _issued(session, view, time_zone)) is not None:
        return issued
    statement = Statement(
        wallet_id=wallet.id,
        wallet=wallet,
        customer_id=wallet.customer_id,
        code=codes.new(),
        currency=wallet.currency,
        starts_at=view.starts_at,
        ends_at=view.ends_at,
        time_zone=time_zone,
        before_seq=view.before_seq,
        last_seq=view.last_seq,
        opening=view.opening,
        closing=view.closing,
        head_hash=_head(session, view),
        actor_kind=by.kind,
        actor_name=by.name[:255],
    )
    try:
        with session.begin_nested():
            session.add(statement)
    except IntegrityError:
        if (issued := _issued(session, view, time_zone)) is None:
            raise
        return issued
    _record(session, statement, wallet, by)
    return statement


def find(session: Session, actor: Actor, statement_id: UUID) -> Statement:
    """Find an issued statement that the actor may see, its wallet loaded.

    :raises NotFound: when there is none, or it is another customer's.
    """
    statement = session.scalar(select(Statement).where(Statement.id == statement_id).options(joinedload(Statement.wallet)))
    if statement is None:
        raise NotFound
    reach.demand(session, actor, statement.customer_id)
    return statement


def of_wallet(session: Session, wallet: Wallet, *, before: UUID | None = None, limit: int = LISTED) -> tuple[list[Statement], bool]:
    """List a wallet's issued statements, the latest first, those issued before one; and tell whether there are more."""
    statement = select(Statement).where(Statement.wallet_id == wallet.id).order_by(Statement.id.desc()).limit(limit + 1)
    if before is not None:
        statement = statement.where(Statement.id < before)
    found = list(session.scalars(statement))
    return found[:limit], len(found) > limit


def _issued(session: Session, view: StatementView, time_zone: str) -> Statement | None:
    return session.scalar(
        select(Statement)
        .where(
            Statement.wallet_id == view.wallet.id,
            Statement.starts_at == view.starts_at,
            Statement.ends_at == view.ends_at,
            Statement.last_seq == view.last_seq,
            Statement.time_zone == time_zone,
        )
        .options(joinedload(Statement.wallet))
    )


def _head(session: Session, view: StatementView) -> bytes:
    if not view.last_seq:
        return FIRST_PREV_HASH
    return session.scalars(select(WalletEntry.hash).where(WalletEntry.wallet_id == view.wallet.id, WalletEntry.seq == view.last_seq)).one()


def _record(session: Session, statement: Statement, wallet: Wallet, by: Actor) -> None:
    audit.record(
        session,
        "statement.issued",
        by=by,
        customer_id=wallet.customer_id,
        subject=statement,
        subject_name=wallet.name or wallet.currency,
        facts={
            "code": statement.code,
            "currency": statement.currency,
            "starts_at": statement.starts_at,
            "ends_at": statement.ends_at,
            "time_zone": statement.time_zone,
            "opening": statement.opening,
            "closing": statement.closing,
            "entries": statement.last_seq - statement.before_seq,
        },
    )
