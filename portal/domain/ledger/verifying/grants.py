"""The grants of one wallet held against their uses, and against the balance."""

from collections.abc import Iterator

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from portal.domain.ledger.verifying.faults import Fault
from portal.model import CreditGrant, GrantUse, WalletEntry

_LEFT = select(func.coalesce(func.sum(CreditGrant.remaining), 0))

_GRANTS = (
    select(
        *(CreditGrant.id, CreditGrant.seq, CreditGrant.amount, CreditGrant.remaining, CreditGrant.emptied_seq),
        WalletEntry.seq.label("made_by"),
        WalletEntry.wallet_id.label("made_in"),
    )
    .join(WalletEntry, WalletEntry.id == CreditGrant.entry_id)
    .order_by(CreditGrant.id)
)

_USES = (
    select(
        *(GrantUse.id, GrantUse.grant_id, GrantUse.seq, GrantUse.amount, GrantUse.remaining_after),
        WalletEntry.seq.label("used_by"),
        WalletEntry.wallet_id.label("used_in"),
    )
    .join(CreditGrant, CreditGrant.id == GrantUse.grant_id)
    .join(WalletEntry, WalletEntry.id == GrantUse.entry_id)
    .order_by(GrantUse.grant_id, GrantUse.seq, GrantUse.id)
)


def check_grants(session: Session, wallet: Row) -> Iterator[Fault]:
    """Give what is wrong with the grants of a wallet."""
    grants = {row.id: row for row in session.execute(_GRANTS.where(CreditGrant.wallet_id == wallet.id))}
    left = {grant.id: grant.amount for grant in grants.values()}
    last = {grant.id: grant.seq for grant in grants.values()}
    for use in session.execute(_USES.where(CreditGrant.wallet_id == wallet.id)):
        if use.used_in != wallet.id or use.seq != use.used_by:
            yield Fault("grants", wallet.id, use.id, f"a use of a grant says entry {use.seq}, it is of entry {use.used_by}")
        left[use.grant_id] -= use.amount
        last[use.grant_id] = use.seq
        if use.remaining_after != left[use.grant_id]:
            sentence = f"entry {use.seq} left {use.remaining_after} of a grant, its uses say {left[use.grant_id]}"
            yield Fault("grants", wallet.id, use.id, sentence)
    for grant in grants.values():
        if grant.made_in != wallet.id or grant.made_by != grant.seq:
            yield Fault("grants", wallet.id, grant.id, f"a grant says entry {grant.seq}, it is of entry {grant.made_by}")
        if grant.remaining != left[grant.id]:
            yield Fault("grants", wallet.id, grant.id, f"{grant.remaining} is left of a grant, its uses say {left[grant.id]}")
        if grant.emptied_seq != (last[grant.id] if grant.remaining == 0 else None):
            yield Fault(
                "grants", wallet.id, grant.id, f"a grant with {grant.remaining} left says that entry {grant.emptied_seq} emptied it"
            )
    there_is = session.scalar(_LEFT.where(CreditGrant.wallet_id == wallet.id))
    if there_is != max(wallet.balance, 0):
        yield Fault("grants", wallet.id, wallet.id, f"{there_is} is left in its grants, the balance is {wallet.balance}")
