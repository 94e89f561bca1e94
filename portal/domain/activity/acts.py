"""An act of the record told as an event."""

from portal.domain.activity import people, sentences, visibility
from portal.domain.activity.events import Event, Part, Reader
from portal.domain.activity.values import change_lines
from portal.model import AuditEvent


def tell(event: AuditEvent, reader: Reader) -> Event | None:
    """Tell of an act; None when nothing of it is for the reader."""
    changes = event.changes or {}
    if reader.outside:
        changes = visibility.fields(event.action, changes)
        if not changes and event.changes and event.action == "customer.updated":
            return None
    act = sentences.Act(event.action, event.subject_name, changes, event.facts or {}, reader)
    who = people.name(event, reader)
    new = event.action.endswith((".created", ".added", ".defined", ".imported"))
    lines = change_lines(changes, reader, currency=act.currency, new=new, facts=act.facts)
    if event.action in sentences.SAID_WHOLE:
        lines = ()
    return Event(
        id=event.id,
        at=event.at,
        customer_id=event.customer_id,
        who=who,
        sentence=_sentence(who, act, event),
        changes=lines + sentences.facts(act),
        **people.place(event, reader),
    )


def _sentence(who: str, act: sentences.Act, event: AuditEvent) -> tuple[Part, ...]:
    told = sentences.predicate(act)
    if told is not None:
        return (Part("name", who), Part("text", " "), *told)
    noun, _, verb = event.action.partition(".")
    words = f"{noun.replace('_', ' ').capitalize()}: {verb.replace('_', ' ')}" if verb else noun.replace("_", " ").capitalize()
    return (Part("text", f"{words}, by "), Part("name", "you" if who == "You" else who))
