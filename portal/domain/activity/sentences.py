"""What was done, said after the name of who did it; one function for each act of the record."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from portal.domain.activity.events import Change, Part, Reader
from portal.domain.activity.values import amount, day, label
from portal.domain.ledger.reasons import REASONS

Predicate = tuple[Part, ...]


@dataclass(frozen=True)
class Act:
    """An act as it is to be told: its name, the subject's name, the changes and facts that the reader may know."""

    action: str
    subject: str
    changes: dict
    facts: dict
    reader: Reader

    @property
    def currency(self) -> str:
        return self.facts.get("currency") or ""

    def after(self, field: str) -> object:
        """Give what a field became."""
        pair = self.changes.get(field)
        return pair[1] if isinstance(pair, list | tuple) and len(pair) == 2 else None


def predicate(act: Act) -> Predicate | None:
    """Say what was done; None for an act that has no words of its own."""
    told = _PREDICATES.get(act.action)
    if told is None:
        return None
    said = told(act) if callable(told) else told
    return (_text(said),) if isinstance(said, str) else said


def facts(act: Act) -> tuple[Change, ...]:
    """Give the facts beside the changes that are worth a line, for this reader."""
    lines = []
    if "before" in act.facts and "after" in act.facts and act.currency:
        before, after = (amount(act.facts[name], act.currency, act.reader) for name in ("before", "after"))
        lines.append(Change("Balance" if act.action == "wallet.adjusted" else f"Balance in {act.currency}", before, after))
    if text := act.facts.get("customer_text"):
        lines.append(Change("Why" if act.reader.outside else "Text for the customer", text=str(text)))
    if reference := act.facts.get("reference"):
        lines.append(Change("Reference", text=str(reference)))
    if expires_at := act.facts.get("expires_at"):
        lines.append(Change("To be used by", text=day(datetime.fromisoformat(expires_at), act.reader)))
    if not act.reader.outside:
        if note := act.facts.get("note"):
            lines.append(Change("Note", text=str(note)))
        if (reason := act.facts.get("reason")) and reason not in REASONS:
            lines.append(Change("Reason", text=str(reason)))
        if reply := act.facts.get("reply"):
            lines.append(Change("Their server", text=str(reply)))
        if file := act.facts.get("file"):
            lines.append(Change("File", text=f"{file}, row {act.facts['row']}" if "row" in act.facts else str(file)))
        if why := act.facts.get("why"):
            lines.append(Change("Why", text=str(why).replace("_", " ")))
    return tuple(lines)


def _text(words: str) -> Part:
    return Part("text", words)


def _about(before: str, after: str = "") -> Callable[[Act], Predicate]:
    """Make a sentence around the subject's name."""
    return lambda act: (_text(before), Part("name", act.subject or "somebody"), *((_text(after),) if after else ()))


def _customer_updated(act: Act) -> str:
    fields = [label(field) for field in act.changes]
    names = [name if name == "Customer ID" else name[:1].lower() + name[1:] for name in fields]
    return f"changed the {' and the '.join(names)}" if 0 < len(names) <= 2 else "changed the details"


def _customer(inside: str, outside: str) -> Callable[[Act], str]:
    return lambda act: outside if act.reader.outside else inside


def _imported(act: Act) -> str:
    known = "before" in act.facts or any(isinstance(pair, list) and pair[:1] not in ([None], [""]) for pair in act.changes.values())
    verb = "changed" if known or act.facts.get("outcome") == "updated" else "added"
    return f"{verb} this {'account' if act.reader.outside else 'customer'} by import"


def _address(verb: str) -> Callable[[Act], str]:
    def told(act: Act) -> str:
        role = act.facts.get("role")
        now = verb
        fresh = all(isinstance(pair, list) and not pair[0] for pair in act.changes.values())
        if verb == "changed" and role and fresh and {"line1", "city"} & set(act.changes):
            now = "entered"
        return f"{now} the {role} address" if role else f"{now} an address"

    return told


def _communications(act: Act) -> str:
    return f"switched email communications {'on' if act.after('communications') else 'off'}"


def _handed_over(act: Act) -> Predicate:
    topics = ", ".join(label(topic).lower() for topic in act.changes) or "mail"
    leaving = f" in place of {act.facts['from']}" if act.facts.get("from") else ""
    return (_text("let "), Part("name", act.subject), _text(f" get {topics}{leaving}"))


def _adjusted(act: Act) -> Predicate:
    moved = act.facts.get("amount")
    if not isinstance(moved, int) or not act.currency:
        return (_text("changed a balance"),)
    words = _REASON_WORDS.get(act.facts.get("reason", ""), "")
    wallet = "" if act.subject in {"", act.currency} else f", {act.subject}"
    figure = Part("figure", amount(abs(moved), act.currency, act.reader))
    return (_text("added " if moved > 0 else "deducted "), figure, _text(f" {act.currency}{words}{wallet}"))


def _wallet(verb: str) -> Callable[[Act], str]:
    def told(act: Act) -> str:
        name = "" if act.subject in {"", act.currency} else f", {act.subject}"
        return f"{verb} the {act.currency} wallet{name}".replace("  ", " ")

    return told


def _signed_in(act: Act) -> str:
    return "signed in" + {"link": " with a link", "code": " with a code", "password": " with a password"}.get(
        act.facts.get("method", ""), ""
    )


def _sent_again(act: Act) -> Predicate:
    return (_text(f"sent the mail “{act.subject}” again to "), Part("name", act.facts.get("to", "the same person")))


def _bounced(act: Act) -> Predicate:
    return (_text(f"got the mail “{act.subject}” back from "), Part("name", act.facts.get("to", "its address")))


_REASON_WORDS = {
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
}

_PREDICATES: dict[str, str | Callable[[Act], str | Predicate]] = {
    "address.added": _address("added"),
    "address.changed": _address("changed"),
    "address.removed": _address("removed"),
    "contact.added": _about("added the contact "),
    "contact.changed": _about("changed the contact "),
    "contact.removed": _about("removed the contact "),
    "contact.verified": _about("confirmed the address of "),
    "customer.archived": _customer("archived this customer", "closed this account"),
    "customer.communications": _communications,
    "customer.created": _customer("added this customer", "opened this account"),
    "customer.imported": _imported,
    "customer.restored": _customer("restored this customer", "opened this account again"),
    "customer.updated": _customer_updated,
    "message.bounced": _bounced,
    "message.sent_again": _sent_again,
    "preference.changed": _about("changed what ", " is sent"),
    "preference.handed_over": _handed_over,
    "sign_in.refused": _about("was refused to sign in as "),
    "sign_in.requested": _about("asked for a sign-in link for "),
    "tax_ids.changed": "changed the tax IDs",
    "user.signed_in": _signed_in,
    "user.signed_out": "signed out",
    "wallet.adjusted": _adjusted,
    "wallet.closed": _wallet("closed"),
    "wallet.floor_changed": _wallet("changed the floor of"),
    "wallet.frozen": _wallet("froze"),
    "wallet.opened": _wallet("opened"),
    "wallet.reopened": _wallet("reopened"),
}

SAID_WHOLE = frozenset(
    {
        "contact.verified",
        "customer.archived",
        "customer.communications",
        "customer.restored",
        "preference.handed_over",
        "wallet.closed",
        "wallet.frozen",
        "wallet.opened",
        "wallet.reopened",
    }
)
"""Acts whose sentence says all that changed."""
