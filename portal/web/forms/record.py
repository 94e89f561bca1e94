"""What narrows the activity of all: asked by GET, so that the address keeps it."""

from collections.abc import Iterable

from werkzeug.datastructures import MultiDict
from wtforms import Form

from portal.domain.activity import GROUPS, KINDS, Wanted
from portal.values.errors import BadValue
from portal.web.forms.fields import ParsedField, PickField
from portal.web.forms.ledger import PeriodForm, WhoField


class CustomerField(ParsedField):
    """One customer by the ID shown on their page, or by our own; `lookup` finds it."""

    lookup = None

    def parse(self, text: str, form: Form):
        found = self.lookup(text.strip())
        if found is None:
            raise BadValue("No customer has this ID.")
        return found


class RecordForm(PeriodForm):
    """What acts are looked for."""

    kind = PickField("Kind", id="f-kind", blank="Any", choices=KINDS.items())
    by = WhoField("Who", id="f-by", blank="Anyone")
    customer = CustomerField("Customer ID", id="f-customer")

    @classmethod
    def of(cls, args: MultiDict, *, zone: str, people: Iterable[tuple[str, str]], lookup) -> "RecordForm":
        """Read the query; days in the reader's zone, customers by `lookup(text)` -> id or None."""
        form = cls(formdata=args)
        form.from_.zone = form.to.zone = zone
        form.by.choices = [*GROUPS.items(), *people]
        form.customer.lookup = lookup
        form.validate()
        return form

    @property
    def wanted(self) -> Wanted:
        """What was read, for the domain."""
        return Wanted(
            customer_id=self._read("customer"),
            kind=self._read("kind") or "",
            who=self._read("by") or "",
            since=self.since,
            until=self.until,
        )
