"""What was done, said after the name of who did it; one function for each act of the record."""

from collections.abc import Callable
from datetime import datetime, timedelta

from portal.domain.activity import contacts, entrances, movements
from portal.domain.activity.act import Act, Predicate
from portal.domain.activity.events import Change, Part
from portal.domain.activity.values import amount, attribute, day, label
from portal.domain.ledger.reasons import REASONS


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
        lines.append(Change("Balance" if act.action in _MOVEMENTS else f"Balance in {act.currency}", before, after))
    if text := act.facts.get("customer_text"):
        lines.append(Change("Why" if act.reader.outside else "Text for the customer", text=str(text)))
    if reference := act.facts.get("reference"):
        lines.append(Change("Reference", text=str(reference)))
    if because := act.facts.get("because"):
        lines.append(Change("Because", text=str(because)))
    lines += [Change("Stays", text=str(one)) for one in act.facts.get("stays") or ()]
    if expires_at := act.facts.get("expires_at"):
        lines.append(Change("To be used by", text=day(datetime.fromisoformat(expires_at), act.reader)))
    if not act.reader.outside:
        if approver := act.facts.get("approved_by"):
            lines.append(Change("Approved by", text=str(approver)))
        if note := act.facts.get("note"):
            lines.append(Change("Note", text=str(note)))
        if (reason := act.facts.get("reason")) and reason not in REASONS:
            lines.append(Change("Reason", text=str(reason)))
        if reply := act.facts.get("reply"):
            lines.append(Change("Their server", text=str(reply)))
        if file := act.facts.get("file"):
            lines.append(Change("File", text=f"{file}, row {act.facts['row']}" if "row" in act.facts else str(file)))
        if act.action == "sender.checked" and (found := act.facts.get("found")):
            lines.append(Change("Found", text=str(found)))
        if why := act.facts.get("why"):
            lines.append(Change("Why", text=str(why).replace("_", " ")))
    return (*lines, *entrances.facts(act))


def _text(words: str) -> Part:
    return Part("text", words)


def _about(before: str, after: str = "") -> Callable[[Act], Predicate]:
    """Make a sentence around the subject's name."""
    return lambda act: (_text(before), Part("name", act.subject or "somebody"), *((_text(after),) if after else ()))


def _customer_updated(act: Act) -> str:
    names = [_field_name(act, field) for field in act.changes]
    return f"changed the {' and the '.join(names)}" if 0 < len(names) <= 2 else "changed the details"


def _field_name(act: Act, field: str) -> str:
    """Name a field inside a sentence."""
    if told := attribute(field, act.facts):
        return told["label"]
    name = label(field)
    return name if name == "Customer ID" else name[:1].lower() + name[1:]


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


def _expired(act: Act) -> Predicate:
    wallet = "" if act.subject in {"", act.currency} else f", {act.subject}"
    figure = Part("figure", amount(abs(act.facts["amount"]), act.currency, act.reader))
    return (_text("ended "), figure, _text(f" {act.currency} of credit whose time was over{wallet}"))


def _wallet(verb: str) -> Callable[[Act], str]:
    def told(act: Act) -> str:
        name = "" if act.subject in {"", act.currency} else f", {act.subject}"
        return f"{verb} the {act.currency} wallet{name}".replace("  ", " ")

    return told


def _statement(act: Act) -> str:
    first = datetime.fromisoformat(act.facts["starts_at"])
    last = datetime.fromisoformat(act.facts["ends_at"]) - timedelta(microseconds=1)
    return f"issued a statement of the {act.currency} wallet, {day(first, act.reader)} – {day(last, act.reader)}"


def _sent_again(act: Act) -> Predicate:
    return (_text(f"sent the mail “{act.subject}” again to "), Part("name", act.facts.get("to", "the same person")))


def _bounced(act: Act) -> Predicate:
    return (_text(f"got the mail “{act.subject}” back from "), Part("name", act.facts.get("to", "its address")))


def _complained(act: Act) -> Predicate:
    return (_text(f"heard that the mail “{act.subject}” was marked as spam by "), Part("name", act.facts.get("to", "its reader")))


def _suppressed(before: str) -> Callable[[Act], Predicate]:
    return lambda act: (_text(before), Part("name", act.subject or "an address"))


_MOVEMENTS = frozenset({"wallet.adjusted", "wallet.reversed", "wallet.transferred", "wallet.grant_revoked", "wallet.credit_expired"})

_PREDICATES: dict[str, str | Callable[[Act], str | Predicate]] = {
    **entrances.PREDICATES,
    "address.added": _address("added"),
    "address.changed": _address("changed"),
    "address.removed": _address("removed"),
    "attribute.changed": _about("changed the attribute "),
    "attribute.defined": _about("defined the attribute "),
    "attribute.moved": _about("moved the attribute "),
    "attribute.removed": _about("took the attribute ", " off the form"),
    "contact.added": _about("added the contact "),
    "contact.changed": _about("changed the contact "),
    "contact.invited": _about("invited ", " to the portal"),
    "contact.merged": contacts.merged,
    "contact.removed": _about("removed the contact "),
    "contact.restored": _about("brought back the contact "),
    "contact.unmerged": contacts.unmerged,
    "contact.verified": _about("confirmed the address of "),
    "customer.archived": _customer("archived this customer", "closed this account"),
    "customer.communications": _communications,
    "customer.created": _customer("added this customer", "opened this account"),
    "customer.defaults_changed": _customer("changed what new contacts here are sent", "changed what new contacts are sent"),
    "customer.imported": _imported,
    "customer.restored": _customer("restored this customer", "opened this account again"),
    "customer.updated": _customer_updated,
    "message.bounced": _bounced,
    "message.complained": _complained,
    "message.sent_again": _sent_again,
    "operator.changed": _about("changed the role of "),
    "operator.invited": _about("invited ", " to the console"),
    "operator.joined": _about("took the place in the console as "),
    "operator.withdrawn": _about("withdrew the invite to "),
    "preference.changed": _about("changed what ", " is sent"),
    "preference.switched_for_many": contacts.switched_for_many,
    "preference.handed_over": contacts.handed_over,
    "preference.left_unread": contacts.left_unread,
    "role.changed": _about("changed the role "),
    "role.defined": _about("made the role "),
    "role.ended": _about("ended the role "),
    "settings.expiry_notice_changed": _about("changed how early it is told that credit of ", "’s customers ends"),
    "settings_link.asked": _about("asked for the link to what is sent to "),
    "sign_in.requested": _about("asked for a sign-in link for "),
    "statement.issued": _statement,
    "settings.mail_hook_changed": _about("changed how reports on mail come in from "),
    "suppression.added": _suppressed("stopped mail to "),
    "suppression.released": _suppressed("let be written to again: "),
    "tax_ids.changed": "changed the tax IDs",
    "broadcast.created": _about("wrote the broadcast "),
    "broadcast.changed": _about("changed the broadcast "),
    "broadcast.removed": _about("removed the broadcast "),
    "broadcast.scheduled": _about("scheduled the broadcast "),
    "broadcast.taken_back": _about("took back the broadcast "),
    "broadcast.written": _about("wrote all letters of the broadcast "),
    "broadcast.stopped": _about("stopped the broadcast "),
    "view.saved": _about("saved the view "),
    "view.changed": _about("changed the view "),
    "view.removed": _about("removed the view "),
    "topic.added": _about("added the topic "),
    "topic.changed": _about("changed the topic "),
    "topic.hidden": _about("hid the topic "),
    "topic.shown": _about("showed the topic ", " again"),
    "user.deactivated": _about("deactivated "),
    "user.reactivated": _about("let ", " sign in again"),
    "user.signed_out": "signed out",
    "wallet.adjusted": movements.adjusted,
    "wallet.closed": _wallet("closed"),
    "wallet.credit_expired": _expired,
    "wallet.floor_changed": _wallet("changed the floor of"),
    "wallet.frozen": _wallet("froze"),
    "wallet.grant_revoked": movements.revoked,
    "wallet.limit_changed": movements.limit_changed,
    "wallet.opened": _wallet("opened"),
    "wallet.reopened": _wallet("reopened"),
    "wallet.request_approved": movements.decided("approved"),
    "wallet.request_declined": movements.decided("declined"),
    "wallet.request_withdrawn": movements.withdrawn,
    "wallet.requested": movements.requested,
    "wallet.reversed": movements.reversed_,
    "wallet.threshold_changed": _wallet("changed when to be told of a low balance in"),
    "wallet.transferred": movements.transferred,
}

SAID_WHOLE = entrances.SAID_WHOLE | frozenset(
    {
        "contact.verified",
        "customer.archived",
        "customer.communications",
        "customer.restored",
        "preference.handed_over",
        "preference.left_unread",
        "wallet.closed",
        "wallet.frozen",
        "wallet.opened",
        "wallet.reopened",
    }
)
"""Acts whose sentence says all that changed."""
