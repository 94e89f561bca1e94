"""Acts on contacts, and on what they are sent, in words."""

from portal.domain.activity.act import Act, Predicate
from portal.domain.activity.events import Part
from portal.domain.activity.values import label
from portal.domain.topics import TOPICS


def handed_over(act: Act) -> Predicate:
    """Say who gets topics in place of whom."""
    topics = _topics(act)
    leaving = f" in place of {act.facts['from']}" if act.facts.get("from") else ""
    return (Part("text", "let "), Part("name", act.subject), Part("text", f" get {topics}{leaving}"))


def left_unread(act: Act) -> Predicate:
    """Say what nobody gets any more."""
    topics = _topics(act)
    return (Part("text", f"found nobody left who gets {topics} in place of "), Part("name", act.subject or "the last reader"))


def merged(act: Act) -> Predicate:
    """Say of whom one contact was made."""
    gone = Part("name", str(act.facts.get("merged") or act.facts.get("merged_email") or "another contact"))
    return (Part("text", "made one contact of "), Part("name", act.subject), Part("text", " and "), gone)


def unmerged(act: Act) -> Predicate:
    """Say whose merge was undone."""
    apart = Part("name", str(act.facts.get("apart") or "another contact"))
    return (Part("text", "made "), Part("name", act.subject), Part("text", " and "), apart, Part("text", " two contacts again"))


def switched_for_many(act: Act) -> Predicate:
    """Say what was switched for many contacts at once."""
    number = act.facts.get("contacts", 0)
    return (Part("text", f"switched {act.subject.lower()} {'on' if act.facts.get('wanted') else 'off'} for {number:,} contacts"),)


def _topics(act: Act) -> str:
    """Name the topics of an act, in the order of the catalogue: the database may keep them in another."""
    return ", ".join(label(key).lower() for key in TOPICS if key in act.changes) or "mail"
