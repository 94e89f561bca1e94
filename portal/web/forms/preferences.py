"""What contacts are sent, as a form: the ticks, what the page showed, and who takes over.

A tick is `topics=<contact>:<topic>`; `shown=<contact>:<topic>,<topic>` says which were ticked when the page was made. Only
what differs from that is a choice, so two people who change different ticks both win.
"""

from collections.abc import Collection, Iterable, Mapping
from uuid import UUID

from flask import flash
from werkzeug.datastructures import MultiDict

from portal.domain import topics
from portal.domain.communications import LastRecipient
from portal.domain.topics import BILLING, MARKETING, Topic
from portal.model import Contact, PreferenceReceipt
from portal.web.database import session
from portal.web.toasts import toast

HOW = {
    "form": "by form",
    "link": "by the link in a mail",
    "one_click": "with the mail program's button",
    "import": "by import",
    "api": "by API",
    "undo": "undone",
    "system": "handed over",
}


def groups(choices: Mapping[str, Topic]) -> tuple[dict, ...]:
    """Give the columns of the matrix: what is always sent, billing, and marketing where there is any."""
    always = {"label": "Always", "topics": [{"key": "essential", "label": "Sign-in and security", "always": True}]}
    by_kind = [
        {"label": label, "topics": [{"key": key, "label": topic.label} for key, topic in choices.items() if topic.kind == kind]}
        for label, kind in (("Billing", BILLING), ("Marketing", MARKETING))
    ]
    return (always, *(group for group in by_kind if group["topics"]))


def offered() -> dict[str, Topic]:
    """Give the topics that a contact can switch, as this installation has them."""
    return topics.choices(session())


def asked(key: str) -> Topic:
    """Give the topic that a page is asked about; invoices where that is none."""
    found = topics.find(session(), key)
    return found if found is not None and not found.hidden else topics.TOPICS["invoices"]


def topic_choices() -> list[tuple[str, str]]:
    """Give the topics that can be asked about, with their names."""
    return [(key, topic.label) for key, topic in topics.all_topics(session()).items() if not topic.hidden]


def wishes(sent: MultiDict, contacts: Iterable[Contact]) -> dict[Contact, dict[str, bool]]:
    """Read what was chosen: for each contact shown, the topics whose tick differs from what the page showed."""
    shown, ticked = _by_contact(sent.getlist("shown")), _by_contact(sent.getlist("topics"))
    found = {}
    for contact in contacts:
        before = shown.get(str(contact.id))
        if before is None:
            continue
        after = ticked.get(str(contact.id), set())
        if differing := {key: key in after for key in offered() if (key in after) != (key in before)}:
            found[contact] = differing
    return found


def _by_contact(values: Iterable[str]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for value in values:
        contact, _, topics = value.partition(":")
        found.setdefault(contact, set()).update(filter(None, topics.split(",")))
    return found


def ticks(sent: MultiDict) -> set[tuple[str, str]]:
    """Give the ticks that were sent, to show them again: (contact, topic)."""
    return {(contact, topic) for contact, topics in _by_contact(sent.getlist("topics")).items() for topic in topics}


def wording(chosen: Mapping[Contact, Mapping[str, bool]]) -> dict[UUID, dict[str, str]]:
    """Give the exact words beside each tick of the matrix."""
    known = offered()
    return {contact.id: {key: f"{known[key].label} to {contact.name}" for key in keys} for contact, keys in chosen.items()}


def handover(sent: MultiDict) -> dict[str, UUID]:
    """Read who takes over which topic: `handover=<topic>:<contact>`."""
    found = {}
    for value in sent.getlist("handover"):
        topic, _, contact = value.partition(":")
        try:
            found[topic] = UUID(contact)
        except ValueError:
            continue
    return found


def question(refusal: LastRecipient, chosen: Mapping[Contact, Mapping[str, bool]] | None = None) -> dict:
    """Give what the page asks when a topic would lose its last reader: the sentences, the offer, and the fields that accept it."""
    fields = [("handover", f"{loss.topic.key}:{loss.successor.id}") for loss in refusal.losses if loss.successor]
    for contact, wanted in (chosen or {}).items():
        fields.append(("shown", f"{contact.id}:{','.join(key for key, on in wanted.items() if not on)}"))
        fields += [("topics", f"{contact.id}:{key}") for key, on in wanted.items() if on]
    return {
        "sentences": [loss.sentence for loss in refusal.losses],
        "offer": refusal.offer if refusal.can_hand_over else "",
        "fields": fields,
    }


def taken_back(sent: MultiDict, contacts: Iterable[Contact]) -> list[tuple[Contact, UUID]]:
    """Read which choices are undone: `choice=<contact>:<receipt>`; those of contacts that are gone are left out."""
    by_id, found = {str(contact.id): contact for contact in contacts}, []
    for value in sent.getlist("choice"):
        contact, _, receipt = value.partition(":")
        try:
            found.append((by_id[contact], UUID(receipt)))
        except (KeyError, ValueError):
            continue
    return found


def say_saved(made: Collection[PreferenceReceipt], undo: str, *fields: tuple[str, str]) -> None:
    """Say on the next page how many choices were saved, with a button that undoes them by a post to `undo`, the fields with it."""
    if made:
        toast(saved(len(made)), undo=undo, fields=[*fields, *(("choice", f"{one.contact_id}:{one.id}") for one in made)])
    else:
        flash(saved(0))


def saved(count: int) -> str:
    """Say how many choices were saved."""
    if not count:
        return "Nothing differed from what is kept."
    return "1 choice saved." if count == 1 else f"{count} choices saved."
