"""The log of mail as the console shows it: of all, or of one customer; searched, filtered, paged by keys."""

from collections.abc import Callable
from contextlib import suppress
from uuid import UUID

from flask import g, request

from portal.domain import broadcasts, customers, mail_log, senders, topics
from portal.domain.errors import NotFound
from portal.web import filters, query
from portal.web.database import session
from portal.web.forms.messages import MessageFilterForm

LABELS = {
    **{"state": "State", "topic": "Topic", "letter": "Letter", "sender": "Sender", "sent_from": "Sent from", "customer": "Customer"},
    **{"broadcast": "Broadcast", "from": "From", "to": "Until"},
}


def log(address: Callable[..., str], *, customer_id: UUID | None = None) -> dict[str, object]:
    """Read what is asked for; give what console/messages/log.html shows. `address` makes the address of the page with a query."""
    form = MessageFilterForm.of(
        request.args,
        zone=filters.reader()[1],
        topics=[(topic.key, topic.label) for topic in topics.all_topics(session()).values()],
        senders=[(str(one.id), f"{one.name} <{one.address}>") for _, some in senders.all(session(), g.actor) for one in some],
        broadcasts=_broadcasts(),
        lookup=lambda text: customers.id_of(session(), g.actor, text),
    )
    asked = form.pairs()
    if customer_id is not None:
        asked.pop("customer", None)
    before = query.identifier("before")
    found = mail_log.page(session(), form.filters(actor=g.actor, customer_id=customer_id), before=before)
    chips = [
        {"name": LABELS[name], "value": form.words("from_" if name == "from" else name), "remove_href": address(**_without(asked, name))}
        for name in asked
        if name != "q"
    ]
    return {
        "found": found,
        "form": form,
        "form_rows": form.rows(with_customer=customer_id is None),
        "form_shown": "filter" in request.args or bool(form.errors),
        "states": mail_log.STATES,
        "asked": asked,
        "kept": {name: value for name, value in asked.items() if name != "q"},
        "chips": chips,
        "add_href": address(**asked, filter=1),
        "all_href": address(),
        "older": address(**asked, before=found.older) if found.older else None,
        "newest": address(**asked) if before else None,
    }


def _broadcasts() -> list[tuple[str, str]]:
    """Offer the newest broadcasts where somebody filters, and the one that is asked for."""
    asked = query.identifier("broadcast")
    if not g.actor.may("broadcast.read") or not (asked or "filter" in request.args):
        return []
    found = {str(one.id): one.name for one in broadcasts.newest(session(), g.actor)}
    if asked is not None and str(asked) not in found:
        with suppress(NotFound):
            found[str(asked)] = broadcasts.find(session(), g.actor, asked).name
    return list(found.items())


def _without(asked: dict[str, str], name: str) -> dict[str, str]:
    return {other: value for other, value in asked.items() if other != name}
