"""What was asked for of a wallet and waits for a second operator, or did."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from portal.model import CreditGrant, Customer, Wallet, WalletEntry, WalletRequest

AT_MOST = 20


@dataclass(frozen=True)
class Asked:
    """A request with all that it speaks of.

    `other` is the wallet that a transfer goes to, its customer loaded; `reverses` the entry that a reversal takes back;
    `grant` what a revocation takes back the rest of; `entry` what its approval posted.
    """

    request: WalletRequest
    wallet: Wallet
    customer: Customer
    other: Wallet | None
    reverses: WalletEntry | None
    grant: CreditGrant | None
    entry: WalletEntry | None


def waiting(session: Session, wallet: Wallet) -> list[WalletRequest]:
    """List the requests that wait at a wallet, the oldest first, at most AT_MOST."""
    statement = select(WalletRequest).where(WalletRequest.wallet_id == wallet.id, WalletRequest.state == "waiting")
    return list(session.scalars(statement.order_by(WalletRequest.requested_at, WalletRequest.id).limit(AT_MOST)))


def asked(session: Session, request: WalletRequest) -> Asked:
    """Read what a request speaks of; its wallet and that one's customer are loaded."""
    reversed_ = select(WalletEntry).where(
        WalletEntry.journal_entry_id == request.journal_entry_id, WalletEntry.wallet_id == request.wallet_id
    )
    return Asked(
        request=request,
        wallet=request.wallet,
        customer=request.wallet.customer,
        other=session.get(Wallet, request.other_wallet_id, options=[joinedload(Wallet.customer)]) if request.other_wallet_id else None,
        reverses=session.scalar(reversed_) if request.journal_entry_id else None,
        grant=session.get(CreditGrant, request.grant_id) if request.grant_id else None,
        entry=session.get(WalletEntry, request.entry_id) if request.entry_id else None,
    )
