"""Telling of credit that will end, so many days before as the business entity says.

`announced_at` is set by a conditional update in the transaction that writes the letter: each credit is announced once,
however the clock moves and however many workers there are. Credit that was given within these days, and whose own letter
said until when it can be used, is not announced on top: that letter was the announcement.
"""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Row, case, literal, select, update
from sqlalchemy.orm import Session

from portal.domain import messages
from portal.domain.letters.naming import reason_words
from portal.domain.letters.phrases import say_some
from portal.model import BusinessEntity, Contact, CreditGrant, Customer, EmailMessage, JournalEntry, Wallet, WalletEntry
from portal.model.base import UtcDateTime

LISTED = 12
_UNTOLD = (
    CreditGrant.emptied_seq.is_(None),
    CreditGrant.expires_at.is_not(None),
    CreditGrant.announced_at.is_(None),
)


def untold(session: Session, now: datetime, *, limit: int, after: UUID | None = None) -> list[UUID]:
    """List wallets in which credit ends soon that has not been announced, by id, from after `after`."""
    days = dict(session.execute(select(BusinessEntity.id, BusinessEntity.expiry_notice_days)).all())
    if not days:
        return []
    until = case(
        {entity_id: literal(now + timedelta(days=some), UtcDateTime()) for entity_id, some in days.items()},
        value=Customer.business_entity_id,
    )
    statement = (
        select(CreditGrant.wallet_id)
        .join(Wallet, Wallet.id == CreditGrant.wallet_id)
        .join(Customer, Customer.id == Wallet.customer_id)
        .where(*_UNTOLD, *_ahead(now, max(days.values())), CreditGrant.expires_at <= until)
        .distinct()
        .order_by(CreditGrant.wallet_id)
        .limit(limit)
    )
    return list(session.scalars(statement if after is None else statement.where(CreditGrant.wallet_id > after)))


def announce(session: Session, wallet_id: UUID, *, now: datetime) -> int:
    """Announce the credit of a wallet that ends soon, in one letter; say for how many grants that settles it."""
    wallet, days = session.execute(
        select(Wallet, BusinessEntity.expiry_notice_days)
        .join(Customer, Customer.id == Wallet.customer_id)
        .join(BusinessEntity, BusinessEntity.id == Customer.business_entity_id)
        .where(Wallet.id == wallet_id)
        .with_for_update(of=Wallet, key_share=True)  # as a spend does first, so that neither waits for the other's grants
        .execution_options(populate_existing=True)
    ).one()
    taken = session.execute(
        update(CreditGrant)
        .where(CreditGrant.wallet_id == wallet_id, *_UNTOLD, *_ahead(now, days))
        .values(announced_at=now)
        .returning(CreditGrant.id, CreditGrant.entry_id, CreditGrant.remaining, CreditGrant.expires_at, CreditGrant.granted_at)
        .execution_options(synchronize_session=False)
    ).all()
    told = _told_when_given(session, wallet, [grant for grant in taken if grant.granted_at > grant.expires_at - timedelta(days=days)])
    if told:
        session.execute(
            update(CreditGrant)
            .where(CreditGrant.id.in_(told))
            .values(announced_at=CreditGrant.granted_at)
            .execution_options(synchronize_session=False)
        )
    news = sorted((grant for grant in taken if grant.id not in told), key=lambda grant: (grant.expires_at, grant.id))
    if news:
        _tell(session, wallet, news)
    return len(taken)


def credits(session: Session, grants: list) -> list[dict[str, object]]:
    """Write grants for a letter, each with `id`, `amount` and `expires_at`: what it is, how much, until when; at most LISTED."""
    reasons = dict(
        session.execute(
            select(CreditGrant.id, JournalEntry.reason)
            .join(WalletEntry, WalletEntry.id == CreditGrant.entry_id)
            .join(JournalEntry, JournalEntry.id == WalletEntry.journal_entry_id)
            .where(CreditGrant.id.in_([grant_id for grant_id, _, _ in grants]))
        ).all()
    )
    lines = [
        {"what": reason_words(reasons[grant_id]), "amount": amount, "expires_at": expires_at.isoformat()}
        for grant_id, amount, expires_at in grants
    ]
    if len(lines) <= LISTED:
        return lines
    rest = lines[LISTED - 1 :]
    more = say_some("{count} more", "{count} more", len(rest))
    together = {"what": more, "amount": sum(line["amount"] for line in rest), "expires_at": rest[0]["expires_at"]}
    return [*lines[: LISTED - 1], together]


def _ahead(now: datetime, days: int) -> tuple:
    return CreditGrant.expires_at > now, CreditGrant.expires_at <= now + timedelta(days=days)


def _told_when_given(session: Session, wallet: Wallet, grants: list[Row]) -> set[UUID]:
    """Find those whose own letter went to somebody."""
    if not grants:
        return set()
    contacts = session.scalars(select(Contact.id).where(Contact.customer_id == wallet.customer_id)).all()
    keys = {f"wallet-entry:{grant.entry_id}:{contact_id}": grant.id for grant in grants for contact_id in contacts}
    return {keys[key] for key in session.scalars(select(EmailMessage.dedup_key).where(EmailMessage.dedup_key.in_(keys)))}


def _tell(session: Session, wallet: Wallet, grants: list[Row]) -> None:
    ending = sum(grant.remaining for grant in grants)
    messages.tell(
        session,
        session.get_one(Customer, wallet.customer_id),
        topic="wallet",
        letter="credit_expiring",
        facts={
            "amount": ending,
            "before": wallet.balance,
            "after": wallet.balance - ending,
            "currency": wallet.currency,
            "credits": credits(session, [(grant.id, grant.remaining, grant.expires_at) for grant in grants]),
            "ends_at": grants[0].expires_at.isoformat(),
            "frozen": wallet.status == "frozen",
        },
        links={"open_wallet": {"purpose": "sign_in", "target": f"/account/wallets/{wallet.id}"}},
        key=f"credit-expiring:{grants[0].id}",
    )
