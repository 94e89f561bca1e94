"""The page of one entry: what moved and why, its journal, its grants, what it is linked to, its place in the chain."""

from uuid import UUID

from flask import g, url_for

from portal.domain import wallets
from portal.domain.journal import ACCOUNTS
from portal.domain.ledger import REASONS
from portal.model import Wallet, WalletEntry
from portal.web.access import may
from portal.web.console.customer_page import customer_page, digits
from portal.web.console.wallets.blueprint import ORIGINS, bp, found
from portal.web.database import session
from portal.web.filters import told

RULES = {
    "priority": "Taken first: its priority is lower.",
    "expiry": "Taken first: it ends sooner.",
    "promotional": "Taken first: gifts go before what was paid for.",
    "oldest": "Taken first: it is older.",
    "only": "The only credit there was, or the last.",
    "owed": "It made good what was below zero.",
    "revoked": "Taken back.",
    "revocation": "Taken back.",
    "reversed": "By a reversal.",
    "reversal": "By a reversal.",
    "expired": "Its day was over.",
}


@bp.get("/<uuid:wallet_id>/entries/<uuid:entry_id>")
@may("wallet.read")
def entry(customer_id: UUID, wallet_id: UUID, entry_id: UUID):
    """Show one entry of a wallet, with all that belongs to it."""
    customer, wallet = found(customer_id, wallet_id)
    row = wallets.find_entry(session(), g.actor, customer_id, wallet_id, entry_id)
    story = wallets.entry_story(session(), row)
    return customer_page(
        customer,
        "console/wallets/entry.html",
        section="wallets",
        block="entry",
        wallet=wallet,
        story=story,
        entry=row,
        journal=story.journal,
        reasons=REASONS,
        origins=ORIGINS,
        accounts=ACCOUNTS,
        rules=RULES,
        decimals=digits(wallet.currency),
        link=entry_url,
        fingerprint=fingerprint,
        reversing=_reversing(wallet, row, story),
    )


def entry_url(linked: wallets.Linked) -> str:
    """Give the address of an entry that another one is linked to."""
    return url_for("console.wallets.entry", customer_id=linked.customer_id, wallet_id=linked.wallet_id, entry_id=linked.entry_id)


def fingerprint(digest: bytes) -> str:
    """Write the beginning of a hash so that two can be compared by eye: "9f86 d081 884c"."""
    return digest[:6].hex(" ", 2)


def _reversing(wallet: Wallet, row: WalletEntry, story: wallets.EntryStory) -> dict[str, str]:
    """Give the way to the reversal, or why there is none: {href} or {why}; nothing to those who may not."""
    if not g.actor.may("wallet.adjust") or story.reversed_by:
        return {}
    plan = wallets.reversal_plan(session(), wallet, row)
    if plan.refusal is not None:
        return {"why": told(plan.refusal)}
    return {"href": url_for(".reverse", customer_id=wallet.customer_id, wallet_id=wallet.id, entry_id=row.id)}
