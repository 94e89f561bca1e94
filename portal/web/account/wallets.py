"""A customer's wallet: what it holds and why, now or as of any moment, and every entry that made it so."""

from uuid import UUID

from flask import Blueprint, g, redirect, request, url_for

from portal.domain import customers, wallets
from portal.domain.ledger import REASONS
from portal.model import Customer, Wallet
from portal.values import clock, money
from portal.web import chart, htmx
from portal.web.access import may
from portal.web.account import as_of
from portal.web.account.alerts import alert_context
from portal.web.database import session
from portal.web.filters import amount, day, moment, reader
from portal.web.htmx import page

bp = Blueprint("wallets", __name__, url_prefix="/wallets")

KINDS = (("paid", "Paid"), ("promotional", "Gifts"))
STORIES = 12
USED_UP = 6
USES = 25
SHARES_AFTER = 8


@bp.get("/<uuid:wallet_id>")
@may("account.wallet")
def show(wallet_id: UUID):
    """Show what a wallet holds and why, or held at the moment that is asked for."""
    customer, wallet = found(wallet_id)
    asked = as_of.asked(request.args, reader())
    if asked and asked.at and "at" not in request.args and not htmx.fragment_wanted():
        return redirect(url_for(".show", wallet_id=wallet.id, at=asked.at), 303)
    response = page(
        "account/wallets/show.html",
        "entries" if "before" in request.args else "wallet",
        status=422 if asked and asked.error else 200,
        **(_then(wallet, asked) if asked and asked.moment else _now(wallet)),
        customer=customer,
        entity=customer.business_entity,
        wallet=wallet,
        asked=asked,
        today=clock.now(),
        zone=reader()[1],
        reasons=REASONS,
        decimals=decimals,
    )
    if asked and asked.at and htmx.fragment_wanted():
        response.headers["HX-Push-Url"] = url_for(".show", wallet_id=wallet.id, at=asked.at)
    return response


@bp.get("/<uuid:wallet_id>/entries/<uuid:entry_id>")
@may("account.wallet")
def entry(wallet_id: UUID, entry_id: UUID):
    """Show why an entry moved what it moved: the credit it made, took from or gave back to, and what it left."""
    customer, wallet = found(wallet_id)
    row = wallets.find_entry(session(), g.actor, customer.id, wallet.id, entry_id)
    story = wallets.entry_story(session(), row)
    standing = wallets.Standing(row.seq, row.balance_after, row.posted_at)
    before = request.args.get("before", type=int)
    return page(
        "account/wallets/entry.html",
        customer=customer,
        entity=customer.business_entity,
        wallet=wallet,
        entry=row,
        story=story,
        uncovered=_uncovered(row, story),
        made=[(grant, _uses_page(wallet, row, grant, before)) for grant in story.made],
        after=wallets.composition(session(), wallet, limit=SHARES_AFTER, standing=standing),
        why_taken=wallets.why_taken,
        reasons=REASONS,
    )


def found(wallet_id: UUID) -> tuple[Customer, Wallet]:
    """Find a wallet of the reader's own customer."""
    customer = customers.find(session(), g.actor, g.actor.customer_id)
    return customer, wallets.find(session(), g.actor, customer.id, wallet_id)


def _now(wallet: Wallet) -> dict:
    left, used_up = wallets.stories(session(), wallet, limit=STORIES, used_up=USED_UP)
    entries = wallets.entries(session(), wallet, before=request.args.get("before", type=int))
    return {
        "balance": wallet.balance,
        "left": left,
        "used_up": used_up,
        "scale": scale(wallet, wallets.composition(session(), wallet)),
        "chart": chart.of(wallets.series(session(), wallet), wallet.currency, reader()),
        "others": [other for other in wallets.of_customer(session(), wallet.customer_id) if other.id != wallet.id],
        **_paged(wallet, entries),
        **alert_context(session(), wallet),
    }


def _then(wallet: Wallet, asked: as_of.AsOf) -> dict:
    standing = wallets.as_of(session(), wallet, asked.moment)
    left, used_up = wallets.stories(session(), wallet, limit=STORIES, used_up=USED_UP, standing=standing)
    entries = wallets.entries_until(session(), wallet, standing, before=request.args.get("before", type=int))
    return {
        "balance": standing.balance,
        "left": left,
        "used_up": used_up,
        "scale": scale(wallet, wallets.composition(session(), wallet, standing=standing), threshold=False),
        "standing": standing,
        "since": wallet.seq - standing.seq,
        "moment_words": f"at the end of {day(asked.moment)}" if asked.whole_day else f"on {moment(asked.moment)}",
        **_paged(wallet, entries, at=asked.at),
    }


def _paged(wallet: Wallet, entries: wallets.EntryPage, at: str = "") -> dict:
    def link(before: int) -> str:
        return url_for(".show", wallet_id=wallet.id, at=at or None, before=before)

    return {
        "entries": entries,
        "older": link(entries.older) if entries.older else None,
        "newer": link(entries.newer) if not entries.newest and entries.newer else None,
    }


def _uncovered(row, story: wallets.EntryStory) -> int:
    """Give what of a deducted amount no credit covered: it went below zero."""
    return max(-row.amount - sum(use.amount for use in story.used if use.amount > 0), 0)


def _uses_page(wallet: Wallet, row, grant, before: int | None) -> dict:
    """Give what was taken from a grant since it was made, the latest first, and the way to what was before."""
    uses = wallets.uses(session(), grant.id, before=before, limit=USES + 1)
    more = len(uses) > USES
    return {
        "uses": uses[:USES],
        "older": url_for(".entry", wallet_id=wallet.id, entry_id=row.id, before=uses[USES - 1].seq) if more else None,
        "newest": url_for(".entry", wallet_id=wallet.id, entry_id=row.id) if before is not None else None,
    }


def scale(wallet: Wallet, shares: list[wallets.Share], *, threshold: bool = True) -> dict | None:
    """Give what ui.scale draws: paid and promotional credit, and the balance below which the customer is told.

    None where it would say nothing: all of one kind, and no such balance.
    """
    low = wallet.low_balance if threshold else None
    sums = {kind: sum(share.grant.remaining for share in shares if share.grant.kind == kind) for kind, _ in KINDS}
    if not all(sums.values()) and not low:
        return None
    return {
        "parts": [
            {"label": label, "value": sums[kind], "text": amount(sums[kind], wallet.currency), "kind": kind} for kind, label in KINDS
        ],
        "threshold": {"value": low, "words": f"told below {amount(low, wallet.currency)}"} if low else None,
    }


def decimals(currency: str) -> str:
    """Give the class that lines the decimal points of an amount up with those of two decimals."""
    return {0: "d0", 3: "d3"}.get(money.exponent(currency), "")
