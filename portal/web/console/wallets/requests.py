"""A request in words: what was asked for, and what will happen when it is approved."""

from portal.domain import wallets
from portal.domain.ledger import REASONS
from portal.domain.wallets import Asked
from portal.model import Wallet, WalletRequest
from portal.web.console.wallets import plans
from portal.web.database import session
from portal.web.filters import told


def what(request: WalletRequest, wallet: Wallet) -> str:
    """Say what was asked for: "Add 600.00 EUR, goodwill"."""
    size = f"{plans.figures(wallet, abs(request.amount))} {wallet.currency}"
    match request.act:
        case "transfer":
            return f"Transfer {size}"
        case "reversal":
            return f"Reverse: {'give back' if request.amount > 0 else 'take back'} {size}"
        case "revocation":
            return f"Revoke {size}"
    return f"{'Add' if request.amount > 0 else 'Deduct'} {size}, {REASONS[request.reason].label.lower()}"


def plan_of(story: Asked) -> plans.Plan:
    """Say what will happen now when a request is approved, or why nothing can."""
    customer, wallet, request = story.customer, story.wallet, story.request
    if wallet.status != "open":
        return plans.Plan([f"The wallet is {wallet.status}: nothing can be posted until it is opened again."], possible=False)
    match request.act:
        case "transfer":
            return plans.transfer(customer, wallet, story.other, -request.amount)
        case "reversal":
            plan = wallets.reversal_plan(session(), wallet, story.reverses)
            if plan.refusal is not None:
                return plans.Plan([told(plan.refusal)], possible=False)
            return plans.reversal(customer, wallet, plan, plans.twin_names(wallets.entry_story(session(), story.reverses)))
        case "revocation":
            if not story.grant.remaining:
                return plans.Plan(["Nothing is left of this credit."], possible=False)
            return plans.revocation(customer, wallet, story.grant)
    return plans.adjustment(customer, wallet, request.amount, request.reason)
