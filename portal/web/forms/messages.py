"""What narrows the log of mail: asked by GET, so that the address keeps it. What cannot be read narrows nothing, and is said."""

from collections.abc import Iterable
from uuid import UUID

from werkzeug.datastructures import MultiDict
from wtforms import Field

from portal.domain.actors import Actor
from portal.domain.letters import LETTERS
from portal.domain.mail_log import STATES, Filters
from portal.web.forms.fields import LineField, PickField
from portal.web.forms.ledger import PeriodForm
from portal.web.forms.record import CustomerField


class MessageFilterForm(PeriodForm):
    """What messages are looked for."""

    q = LineField("Search", id="q")
    state = PickField("State", id="f-state", blank="Any", choices=[(key, words) for key, (words, _) in STATES.items()])
    topic = PickField("Topic", id="f-topic", blank="Any")
    letter = PickField("Letter", id="f-letter", blank="Any", choices=lambda: [(one.name, one.title) for one in LETTERS.values()])
    sender = PickField("Sender", id="f-sender", blank="Any")
    sent_from = LineField("Sent from", id="f-sent-from")
    customer = CustomerField("Customer ID", id="f-customer")
    broadcast = PickField("Broadcast", id="f-broadcast", blank="Any")

    @classmethod
    def of(
        cls,
        args: MultiDict,
        *,
        zone: str,
        topics: Iterable[tuple[str, str]],
        senders: Iterable[tuple[str, str]],
        broadcasts: Iterable[tuple[str, str]],
        lookup,
    ) -> "MessageFilterForm":
        """Read the query; days in the reader's zone, customers by `lookup(text)` -> id or None."""
        form = cls(formdata=args)
        form.from_.zone = form.to.zone = zone
        form.topic.choices, form.sender.choices, form.broadcast.choices = list(topics), list(senders), list(broadcasts)
        form.customer.lookup = lookup
        form.validate()
        return form

    def filters(self, *, actor: Actor | None = None, customer_id: UUID | None = None) -> Filters:
        """What was read, for the domain; within one customer where there is one."""
        sender, broadcast = self._read("sender"), self._read("broadcast")
        return Filters(
            q=self._read("q") or "",
            state=self._read("state") or "",
            topic=self._read("topic") or "",
            letter=self._read("letter") or "",
            sent_from=self._read("sent_from") or "",
            sender_id=UUID(sender) if sender else None,
            broadcast_id=UUID(broadcast) if broadcast else None,
            customer_id=customer_id or self._read("customer"),
            since=self.since,
            until=self.until,
            actor=actor,
        )

    def words(self, name: str) -> str:
        """What one of the fields says, for the mark of a filter in force."""
        field = self[name]
        if isinstance(field, PickField):
            return dict(field.choices).get(field.raw, field.raw)
        return field.raw.strip()

    def rows(self, *, with_customer: bool) -> list[tuple[Field, ...]]:
        """Give the fields as they stand beside one another."""
        last = (self.customer,) if with_customer else ()
        return [
            (self.state, self.topic, self.letter),
            (self.from_, self.to),
            (self.sender, self.sent_from, *last),
            *([(self.broadcast,)] if self.broadcast.choices else []),
        ]
