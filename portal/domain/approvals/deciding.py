"""The second operator's yes or no."""

from sqlalchemy.orm import Session

from portal.domain import wallets
from portal.domain.actors import Actor
from portal.domain.approvals import recording, states
from portal.domain.approvals.asking import entry_of
from portal.domain.approvals.refusals import BeyondOwnLimit, NoteMissing, OwnRequest
from portal.domain.errors import Refusal
from portal.domain.wallet_limits import NeedsApproval
from portal.model import CreditGrant, JournalEntry, Wallet, WalletEntry, WalletRequest
from portal.values.text import clean_line

NOTE_LENGTH = 255


def approve(session: Session, request: WalletRequest, *, by: Actor) -> WalletEntry:
    """Post what was asked for, with both names on the entry: the requester acted, `by` approved.

    A refusal of the ledger (a frozen wallet, too little in it) leaves the request waiting. Approving twice gives the entry
    again.

    :raises OwnRequest, BeyondOwnLimit: when `by` is not the one to approve it; Decided: when somebody was faster.
    :raises Refusal: as the act itself would.
    """
    if by.user_id == request.requester_user_id:
        raise OwnRequest
    if request.state == "approved" and request.decider_user_id == by.user_id:
        return session.get_one(WalletEntry, request.entry_id)
    try:
        with session.begin_nested():  # where the ledger refuses, the request waits on
            states.settle(session, request, "approved", by=by)
            entry = _post(session, request, approved_by=by)
    except Refusal as refusal:
        states.look_again(session, request)
        if isinstance(refusal, NeedsApproval):
            raise BeyondOwnLimit(refusal.limit, refusal.currency) from refusal
        raise
    request.entry_id = entry.id
    session.flush()
    wallet = session.get_one(Wallet, request.wallet_id)
    recording.record(session, "wallet.request_approved", request, wallet, by=by, asked_by=request.requester_name)
    return entry


def decline(session: Session, request: WalletRequest, *, note: str, by: Actor) -> WalletRequest:
    """Say no, with a reason.

    :raises OwnRequest: the requester takes it back instead; Decided: when it was decided in the meantime.
    """
    if by.user_id == request.requester_user_id:
        raise OwnRequest
    note = clean_line(note)
    if not note:
        raise NoteMissing
    if len(note) > NOTE_LENGTH:
        raise Refusal(f"The reason is longer than {NOTE_LENGTH} characters.", field="note")
    states.settle(session, request, "declined", note=note, by=by)
    wallet = session.get_one(Wallet, request.wallet_id)
    recording.record(session, "wallet.request_declined", request, wallet, by=by, asked_by=request.requester_name, why=note)
    return request


def _post(session: Session, request: WalletRequest, *, approved_by: Actor) -> WalletEntry:
    wallet = session.get_one(Wallet, request.wallet_id)
    said = {"note": request.note, "customer_text": request.customer_text}
    who = {
        "key": request.key,
        "key_scope": request.key_scope,
        "approved_by": approved_by,
        "by": Actor(kind="operator", origin="console", user_id=request.requester_user_id, name=request.requester_name),
    }
    match request.act:
        case "adjustment":
            return wallets.adjust(
                *(session, wallet, request.amount),
                reason=request.reason,
                reference=request.reference,
                expires_at=request.expires_at,
                kind=request.kind or None,
                priority=request.priority,
                **(said | who),
            )
        case "transfer":
            other = session.get_one(Wallet, request.other_wallet_id)
            return wallets.transfer(session, wallet, other, -request.amount, reference=request.reference, **(said | who))[0]
        case "reversal":
            entry = entry_of(session, wallet, session.get_one(JournalEntry, request.journal_entry_id))
            return wallets.reverse(session, wallet, entry, **(said | who))
        case _:
            return wallets.revoke(session, wallet, session.get_one(CreditGrant, request.grant_id), **(said | who))
