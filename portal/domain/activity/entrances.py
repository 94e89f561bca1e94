"""What was done about getting in - factors, passwords, invites, addresses, visits - said after the name of who did it."""

from collections.abc import Callable

from portal.domain.activity.act import Act, Predicate
from portal.domain.activity.events import Change, Part

_FACTORS = {"totp": "an authenticator app"}
_DOORS = {
    "link": "with a link",
    "code": "with a code",
    "password": "with a password",
    "passkey": "with a passkey",
    "oidc": "by single sign-on",
}
_SECONDS = {"totp": "and the authenticator app", "passkey": "and a passkey", "recovery": "and a recovery code"}


def signed_in(act: Act) -> str:
    words = (_DOORS.get(act.facts.get("method", "")), _SECONDS.get(act.facts.get("second_factor", "")))
    return " ".join(("signed in", *filter(None, words)))


def refused(act: Act) -> Predicate:
    times = act.facts.get("times", 1)
    often = f", for the {_th(times)} time in an hour" if isinstance(times, int) and times > 1 else ""
    return (Part("text", "was refused to sign in as "), Part("name", act.subject or "somebody"), *((Part("text", often),) if often else ()))


def facts(act: Act) -> tuple[Change, ...]:
    """Give the lines below a visit: why, which the customer reads too, and how it ended."""
    lines = []
    if reason := act.facts.get("visit_reason"):
        lines.append(Change("Why", text=str(reason)))
    if ended_by := act.facts.get("ended_by"):
        lines.append(Change("How it ended", text=str(ended_by).capitalize()))
    return tuple(lines)


def _th(number: int) -> str:
    return f"{number:,}th"


def _visit(before: str) -> Callable[[Act], Predicate]:
    def told(act: Act) -> Predicate:
        seconds = act.facts.get("seconds")
        minutes = max(1, round(seconds / 60)) if isinstance(seconds, int) else 0
        after = f", after {minutes} minute{'' if minutes == 1 else 's'}" if minutes else ""
        return (Part("text", f"{before} as "), Part("name", act.subject), *((Part("text", after),) if after else ()))

    return told


def _support_access(act: Act) -> str:
    return f"switched visits by support {'on' if act.after('support_access') else 'off'}"


def _address(before: str, after: str = "") -> Callable[[Act], Predicate]:
    """Make a sentence around the address, masked as it is kept."""
    return lambda act: (
        Part("text", before),
        Part("name", act.facts.get("to", "another address")),
        *((Part("text", after),) if after else ()),
    )


def _stopped(act: Act) -> Predicate:
    verb = (
        "took back the change of the sign-in address to " if act.facts.get("reverted") else "stopped the change of the sign-in address to "
    )
    return _address(verb)(act)


def _factor(verb: str) -> Callable[[Act], str]:
    return lambda act: f"{verb} {_FACTORS.get(act.facts.get('kind', ''), 'a second factor')}"


def _passkey(verb: str) -> Callable[[Act], Predicate]:
    return lambda act: (Part("text", f"{verb} the passkey "), Part("name", act.facts.get("passkey") or "without a name"))


def _identity(verb: str) -> Callable[[Act], str]:
    return lambda act: f"{verb} an account at {act.facts.get('provider', 'a provider')}"


def _vouched(act: Act) -> Predicate:
    return (Part("text", "was recognised as "), Part("name", act.subject), Part("text", f" by {act.facts.get('provider', 'a provider')}"))


def _named(before: str, after: str = "") -> Callable[[Act], Predicate]:
    return lambda act: (Part("text", before), Part("name", act.subject or "somebody"), *((Part("text", after),) if after else ()))


PREDICATES: dict[str, str | Callable[[Act], str | Predicate]] = {
    "business_entity.changed": _named("changed the brand of "),
    "business_entity.logo_removed": _named("took away the logo of "),
    "business_entity.logo_set": _named("changed the logo of "),
    "customer.support_access": _support_access,
    "email_change.done": _address("confirmed ", " as the new address to sign in with"),
    "email_change.requested": _address("asked to sign in with ", " from now on"),
    "email_change.stopped": _stopped,
    "email_change.withdrawn": _address("took back the wish to sign in with "),
    "factor.added": _factor("set up"),
    "factor.removed": _factor("removed"),
    "factor.replaced": _factor("moved to another phone:"),
    "identity.tied": _identity("tied"),
    "identity.untied": _identity("untied"),
    "passkey.added": _passkey("added"),
    "passkey.removed": _passkey("removed"),
    "provider.added": _named("added ", " for single sign-on"),
    "provider.changed": _named("changed the single sign-on with "),
    "provider.removed": _named("removed ", " from single sign-on"),
    "recovery.made": "made new recovery codes",
    "recovery.used": "used a recovery code",
    "role.changed": _named("changed the role "),
    "role.defined": _named("made the role "),
    "role.ended": _named("ended the role "),
    "letter.changed": _named("changed the words of the letter "),
    "letter.given_back": _named("put back the words of the letter "),
    "letter.restored": _named("restored older words of the letter "),
    "letter.tested": _named("sent themselves a test of the letter "),
    "sender.added": _named("added ", " to the addresses that mail goes out from"),
    "sender.changed": _named("changed the sender "),
    "sender.checked": _named("looked up the records of "),
    "sender.key_changed": _named("let a new key sign the mail of "),
    "sender.key_dropped": _named("gave up the new key of "),
    "sender.key_made": _named("made a key for "),
    "sender.made_default": _named("made ", " the default sender"),
    "sender.removed": _named("removed the sender "),
    "settings.single_sign_on_changed": "changed which roles sign in with the provider alone",
    "settings.second_factor_changed": "changed which roles need a second factor",
    "sign_in.refused": refused,
    "sign_in.vouched": _vouched,
    "user.changed": _named("changed the settings of "),
    "user.deactivated": _named("shut out "),
    "user.disowned": "said that a sign-in or a change was not theirs, and ended every session",
    "user.password_changed": "changed the password",
    "user.password_removed": "removed the password",
    "user.password_set": "set a password",
    "user.reactivated": _named("let in again "),
    "user.signed_in": signed_in,
    "view.ended": _visit("ended the visit"),
    "view.started": _visit("began a visit"),
}

SAID_WHOLE = frozenset({"customer.support_access", "role.defined"})
