"""A contact's way into the portal, on both sides: what its page shows of it, and inviting, changing, taking away."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Response, flash, g, redirect, request

from portal.domain import contacts, mail_log
from portal.domain.errors import NotFound, Refusal
from portal.domain.permissions import CUSTOMER_ROLES, ROLE_NAMES
from portal.domain.sign_in.links import LIFETIMES
from portal.model import Contact, EmailMessage
from portal.values import clock
from portal.web.database import session
from portal.web.filters import told
from portal.web.forms.contact import POWERS


@dataclass(frozen=True)
class Panel:
    """What the page shows: `word` and `kind` of the standing, `note` beside it, the forms' addresses and choices (empty: no forms)."""

    word: str
    kind: str
    note: str
    since: object
    invite_href: str = ""
    role_href: str = ""
    roles: tuple[tuple[str, str], ...] = ()
    role: str = "none"
    again: bool = False


def panel(contact: Contact, *, gives: bool, invite_href: str, role_href: str) -> Panel:
    """Make the panel of a contact; `gives` tells whether the reader may say who enters."""
    invite = contacts.invite_of(session(), contact.id)
    given = contact.portal_role != "none"
    waits = given and invite.seen_at is None
    word, kind, note, since = "No access", "off", "", None
    if given and invite.seen_at is not None:
        word, kind, note, since = ROLE_NAMES[contact.portal_role], "", "last seen", invite.seen_at
    elif given:
        word, kind, note = f"{ROLE_NAMES[contact.portal_role]}, not come yet", "wait", "no invite was mailed"
        if invite.message is not None:
            note, since = f"invite: {_state_of(invite.message)}, written", invite.message.created_at
    if not gives:
        return Panel(word, kind, note, since)
    roles = tuple((role, POWERS[role]) for role in CUSTOMER_ROLES)
    return Panel(word, kind, note, since, invite_href, role_href, roles, contact.portal_role, waits)


def _state_of(message: EmailMessage) -> str:
    """Say how far an invite is; one whose link ran out still leads to a fresh one, sent to the same address."""
    over = message.state in ("sent", "delivered") and (message.sent_at or message.created_at) + LIFETIMES["sign_in"] <= clock.now()
    return "its link has run out, and offers a fresh one" if over else mail_log.STATES[message.state][0].lower()


def invite(contact: Contact, *, here: str, page: Callable[..., Response]) -> Response:
    """Invite a contact in the role that was chosen, or say on its page why not."""
    return _act(
        lambda: contacts.invite(session(), contact, request.form.get("role", ""), by=g.actor),
        f"The invite to {contact.email} is on its way.",
        here=here,
        page=page,
    )


def give(contact: Contact, *, here: str, page: Callable[..., Response]) -> Response:
    """Give a contact the role that was chosen, "none" for no access; whatever they have open ends."""
    role = request.form.get("role", "")
    if role not in {*CUSTOMER_ROLES, "none"}:
        return page(refusal=told(contacts.NoRole()), status=422)
    said = (
        f"{contact.name} has no access any more." if role == "none" else f"{contact.name} is {ROLE_NAMES[role].lower()} in the portal now."
    )
    return _act(lambda: contacts.change(session(), contact, {"portal_role": role}, by=g.actor), said, here=here, page=page)


def asked(contact: Contact, message: EmailMessage | None) -> str:
    """Say that a contact is asked to confirm the address, or was a moment ago."""
    if message is None:
        return f"A mail to confirm the address went to {contact.email} a few minutes ago."
    return f"A mail to confirm the address is on its way to {contact.email}."


def _act(act: Callable, said: str, *, here: str, page: Callable[..., Response]) -> Response:
    try:
        act()
    except NotFound:
        raise
    except Refusal as refusal:
        return _patient(page(refusal=told(refusal), status=refusal.status), refusal)
    flash(said)
    return redirect(here, 303)


def _patient(response: Response, refusal: Refusal) -> Response:
    """Say to programs too how long to wait, where that is why."""
    if (seconds := getattr(refusal, "seconds", 0)) and response.status_code == 429:
        response.headers["Retry-After"] = str(seconds)
    return response
