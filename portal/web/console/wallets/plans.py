"""What will happen, in plain words and figures, before anything is sent."""

from collections.abc import Mapping
from typing import NamedTuple
from uuid import UUID

from flask import g

from portal.domain import approvals, communications, wallets
from portal.domain.ledger import REASONS
from portal.domain.wallets import EntryStory, ReversalPlan
from portal.model import CreditGrant, Customer, Wallet
from portal.web.components import NUMBERS
from portal.web.database import session
from portal.web.filters import amount, day
from portal.web.filters import told as sentence_of


class Plan(NamedTuple):
    """What will happen, in sentences; `approval` says that a second operator is needed, where one is.

    Where it is not `possible`, the sentences say why.
    """

    sentences: list[str]
    approval: str = ""
    possible: bool = True


def adjustment(customer: Customer, wallet: Wallet, moved: int, reason: str | None) -> Plan:
    """Say what adding (or, below zero, deducting) an amount in minor units will do."""
    if reason in REASONS and not REASONS[reason].allows(moved):
        return Plan([sentence_of(wallets.ReasonMismatch(REASONS[reason], moved))], possible=False)
    why = f" ({REASONS[reason].label.lower()})" if reason in REASONS else ""
    done = "added" if moved > 0 else "deducted"
    after = wallet.balance + moved
    if after < wallet.floor:
        return _too_much(wallet, after)
    what = f"{figures(wallet, abs(moved))} {wallet.currency}{why} will be {done}: {balance(wallet, wallet.balance, after)}."
    return Plan([what, people(customer)], above_limit(wallet, moved))


def reversal(customer: Customer, wallet: Wallet, plan: ReversalPlan, names: Mapping[UUID, str]) -> Plan:
    """Say what a reversal will do, on all sides where it is that of a transfer; `names` are those of the wallets there."""

    def said(minor: int) -> str:
        return figures(wallet, minor)

    moved = plan.amount + sum(side.amount for side in plan.others if side.wallet_id == wallet.id)
    goes = balance(wallet, plan.before, plan.before + moved)
    if plan.amount < 0:
        told = [f"The {said(-moved)} {wallet.currency} that were added will be taken back: {goes}."]
        if plan.left and (plan.from_others or plan.overdrawn):
            told.append(f"{said(plan.left)} are left of this credit and go first.")
        elif plan.left:
            told.append("All of this credit is left.")
        else:
            told.append("Nothing is left of this credit.")
        if plan.from_others:
            told.append(f"{said(plan.from_others)} of it were spent: they are taken from other credit, in the order of spending.")
        if plan.overdrawn:
            told.append(f"{said(plan.overdrawn)} are covered by no credit: the customer owes them.")
    else:
        told = [f"The {said(moved)} {wallet.currency} that were deducted will come back: {goes}."]
        if plan.owed:
            told.append(f"{said(plan.owed)} make good what is below zero.")
        if plan.given_back:
            told.append(f"{said(plan.given_back)} return to the credit they were taken from.")
        if plan.ended:
            told.append(f"{said(plan.ended)} of that credit has ended in the meantime, and expires again by itself.")
    for wallet_id, name in names.items():
        there = [side for side in plan.others if side.wallet_id == wallet_id]
        if there:
            after = there[0].before + sum(side.amount for side in there)
            told.append(f"The other side of the transfer is reversed with it. {name}: {balance(wallet, there[0].before, after)}.")
    return Plan([*told, people(customer)], above_limit(wallet, plan.amount))


def transfer(customer: Customer, wallet: Wallet, target: Wallet, moved: int) -> Plan:
    """Say what moving an amount (minor units) to another wallet will do."""
    after = wallet.balance - moved
    if after < wallet.floor:
        return _too_much(wallet, after)
    told = [
        f"{figures(wallet, moved)} {wallet.currency} will leave this wallet: {balance(wallet, wallet.balance, after)}.",
        f"{wallet_name(target)}: {balance(target, target.balance, target.balance + moved)}.",
        "What was paid for stays paid, gifts stay gifts, and each keeps its end.",
    ]
    return Plan(told, above_limit(wallet, moved))


def revocation(customer: Customer, wallet: Wallet, grant: CreditGrant) -> Plan:
    """Say what taking back the rest of a grant will do."""
    left = figures(wallet, grant.remaining)
    rest = "all of it" if grant.remaining == grant.amount else f"what is left of {figures(wallet, grant.amount)}"
    told = [f"{left} {wallet.currency}, {rest}, will be taken back: {balance(wallet, wallet.balance, wallet.balance - grant.remaining)}."]
    if grant.expires_at:
        told.append(f"Without this it ends on {day(grant.expires_at)}.")
    return Plan([*told, people(customer)], above_limit(wallet, grant.remaining))


def balance(wallet: Wallet, before: int, after: int) -> str:
    """Say where a balance goes: "the balance rises from 100.00 to 125.00"."""
    goes = "rises" if after > before else "falls" if after < before else "stays"
    return f"the balance {goes} from {figures(wallet, before)} to {figures(wallet, after)}"


def people(customer: Customer) -> str:
    """Say how many people are told."""
    number = sum(verdict.will for verdict in communications.recipients(session(), customer, "wallet"))
    if not number:
        return "Nobody is told by mail: no contact gets wallet activity."
    words = NUMBERS[number] if number < len(NUMBERS) else str(number)
    return f"{words.capitalize()} {'person is' if number == 1 else 'people are'} told by mail."


def above_limit(wallet: Wallet, moved: int) -> str:
    """Say that a second operator is needed; nothing where the actor moves so much alone."""
    limit = approvals.limit_of(session(), wallet.currency, by=g.actor)
    if limit is None or abs(moved) <= limit:
        return ""
    return f"Above your limit of {figures(wallet, limit)} {wallet.currency}: a second operator approves it first."


def _too_much(wallet: Wallet, after: int) -> Plan:
    return Plan(
        [f"The balance would fall to {figures(wallet, after)}, below its floor of {figures(wallet, wallet.floor)}."], possible=False
    )


def wallet_name(wallet: Wallet) -> str:
    """Name a wallet and whose it is; its customer is loaded."""
    return f"{wallet.customer.name}, {wallet.name}" if wallet.name else wallet.customer.name


def twin_names(story: EntryStory) -> dict[UUID, str]:
    """Name the wallets at the other side of a transfer."""
    return {twin.wallet_id: ", ".join(filter(None, (twin.customer_name, twin.wallet_name))) for twin in story.twins}


def figures(wallet: Wallet, minor: int) -> str:
    """Write an amount of a wallet's currency, without its code."""
    return amount(minor, wallet.currency)
