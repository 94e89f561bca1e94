"""What was done to a wallet's balance, or asked for, said after the name of who did it."""

from collections.abc import Callable

from portal.domain.activity.act import Act, Predicate
from portal.domain.activity.events import Part
from portal.domain.activity.values import amount
from portal.domain.permissions import ROLE_NAMES

REASON_WORDS = {
    "goodwill": " of goodwill credit",
    "promotion": " of promotional credit",
    "refund": " as a refund",
    "top_up": " as a top-up",
    "import": " as the opening balance",
    "service_delivered": " for a service delivered",
    "invoice_settlement": " to settle an invoice",
    "expiry": " of credit that expired",
    "correction": " as a correction",
    "transfer": " by transfer",
    "revocation": " of credit taken back",
}

_ASKED = {
    "adjustment": ("add", "adding", "deduct", "deducting"),
    "transfer": ("transfer", "transferring") * 2,
    "reversal": ("reverse", "reversing") * 2,
    "revocation": ("take back", "taking back") * 2,
}


def adjusted(act: Act) -> Predicate:
    return _moved(act, "added " if _size(act) > 0 else "deducted ", REASON_WORDS.get(act.facts.get("reason", ""), ""))


def reversed_(act: Act) -> Predicate:
    words = REASON_WORDS.get(act.facts.get("reversed_reason", ""), "")
    return _moved(act, "reversed ", words if _size(act) < 0 else f" deducted{words}")


def transferred(act: Act) -> Predicate:
    other = Part("name", act.facts.get("other") or "another wallet")
    return (*_moved(act, "transferred ", " to " if _size(act) < 0 else " here from ", named=False), other)


def revoked(act: Act) -> Predicate:
    return _moved(act, "took back ", " of credit")


def requested(act: Act) -> Predicate:
    return _moved(act, f"asked to {_asked(act, 0)} ")


def withdrawn(act: Act) -> Predicate:
    return _moved(act, f"took back the request to {_asked(act, 0)} ")


def decided(verb: str) -> Callable[[Act], Predicate]:
    """Make the sentence for a request's yes or no."""

    def told(act: Act) -> Predicate:
        asker = (Part("text", ", asked for by "), Part("name", act.facts["asked_by"])) if act.facts.get("asked_by") else ()
        return (*_moved(act, f"{verb} {_asked(act, 1)} "), *asker)

    return told


def limit_changed(act: Act) -> str:
    role = act.facts.get("role", "")
    name = ROLE_NAMES[role].lower() if role in ROLE_NAMES else act.subject.rpartition(", ")[0]
    return f"changed how much {name} moves alone in {act.currency}"


def _asked(act: Act, form: int) -> str:
    """Give the verb of what was asked for: 0 as in "add", 1 as in "adding"."""
    return _ASKED.get(act.facts.get("act", ""), ("move", "moving") * 2)[form if _size(act) > 0 else form + 2]


def _size(act: Act) -> int:
    moved = act.facts.get("amount")
    return moved if isinstance(moved, int) else 0


def _moved(act: Act, verb: str, words: str = "", *, named: bool = True) -> Predicate:
    if not _size(act) or not act.currency:
        return (Part("text", "changed a balance"),)
    wallet = "" if not named or act.subject in {"", act.currency} else f", {act.subject}"
    figure = Part("figure", amount(abs(_size(act)), act.currency, act.reader))
    return (Part("text", verb), figure, Part("text", f" {act.currency}{words}{wallet}"))
