"""What narrows a ledger or a journal: asked by GET, so that the address keeps it. What cannot be read narrows nothing, and is said."""

from datetime import datetime, time, timedelta
from uuid import UUID

from werkzeug.datastructures import MultiDict
from wtforms import Field, Form
from wtforms.validators import StopValidation

from portal.domain.ledger import REASONS
from portal.domain.wallets import EntryFilters
from portal.values import locales
from portal.values.errors import BadValue
from portal.web.forms.fields import AmountField, DayField, PickField

KINDS = [("added", "Added"), ("deducted", "Deducted"), ("reversal", "Reversals"), ("transfer", "Transfers")]
GROUPS = [("operators", "Operators"), ("customer", "The customer"), ("itself", "By itself")]
SIGNS = ("+", "-", "\u2212", "\u2013")


class FirstDayField(DayField):
    """The day that a time begins with; `data` is its first moment in the reader's zone."""

    def parse(self, text: str, form: Form) -> datetime:
        return datetime.combine(super().parse(text, form).date(), time.min, locales.zone(self.zone))


class SizeLimitField(AmountField):
    """How much an entry moves at least or at most, whichever way it goes."""

    def parse(self, text: str, form: Form) -> int:
        if text.strip().startswith(SIGNS):
            raise BadValue("Write the amount without a sign: added and deducted amounts are both looked for.")
        return super().parse(text, form)


class WhoField(PickField):
    """A group of people, or one person by id, who need not be offered."""

    def parse(self, text: str, form: Form) -> str | UUID:
        try:
            return UUID(text)
        except ValueError:
            return super().parse(text, form)


class PeriodForm(Form):
    """A period by its first and last day, in the reader's zone."""

    from_ = FirstDayField("From", id="f-from", name="from")
    to = DayField("Until", id="f-to")

    @classmethod
    def read(cls, args: MultiDict, *, zone: str, **made) -> "PeriodForm":
        """Read the query; its errors stand at the fields."""
        form = cls(formdata=args, **made)
        form.from_.zone = form.to.zone = zone
        form.validate()
        return form

    @property
    def since(self) -> datetime | None:
        return self._read("from_")

    @property
    def until(self) -> datetime | None:
        """The moment right after the last day, which the period excludes."""
        last = self._read("to")
        return last + timedelta(seconds=1) if last else None

    def validate_to(self, field: DayField) -> None:
        first = self._read("from_")
        if first and field.data and field.data < first:
            raise StopValidation("This is before the first day.")

    def pairs(self) -> dict[str, str]:
        """Give what narrows, as the query had it; what could not be read is left out."""
        return {field.name: field.raw.strip() for field in self if field.raw and field.raw.strip() and not field.errors}

    def _read(self, name: str):
        field = self[name]
        return field.data if field.raw and not field.errors else None


class EntryFilterForm(PeriodForm):
    """What entries of a wallet are looked for; made for one wallet and one reader by `EntryFilterForm.of`."""

    kind = PickField("Kind", id="f-kind", blank="Any", choices=KINDS)
    reason = PickField("Reason", id="f-reason", blank="Any", choices=lambda: [(reason.key, reason.label) for reason in REASONS.values()])
    by = WhoField("Who", id="f-by", blank="Anyone", choices=GROUPS)
    min = SizeLimitField("Amount from", id="f-min")
    max = SizeLimitField("Amount to", id="f-max")

    @classmethod
    def of(cls, args: MultiDict, *, currency: str, locale: str, zone: str) -> "EntryFilterForm":
        """Read the query for a wallet: amounts in its currency and the reader's notation, days in the reader's zone."""
        form = cls(formdata=args)
        form.from_.zone = form.to.zone = zone
        for name in ("min", "max"):
            form[name].currency, form[name].locale = currency, locale
        form.validate()
        return form

    def validate_max(self, field: SizeLimitField) -> None:
        least = self._read("min")
        if least is not None and field.data is not None and field.data < least:
            raise StopValidation("This is less than the amount from which entries are looked for.")

    @property
    def filters(self) -> EntryFilters:
        """What was read, for the domain."""
        return EntryFilters(
            kind=self._read("kind") or "",
            reason=self._read("reason") or "",
            by=self._read("by") or "",
            since=self.since,
            until=self.until,
            least=self._read("min"),
            most=self._read("max"),
        )

    def rows(self) -> list[tuple[Field, ...]]:
        """Give the fields as they stand beside one another."""
        return [(self.kind, self.reason, self.by), (self.from_, self.to), (self.min, self.max)]
