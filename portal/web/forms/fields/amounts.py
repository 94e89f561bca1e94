"""Money: amounts in a currency's own decimals, and the choice of a currency."""

from collections.abc import Callable
from functools import lru_cache

from wtforms import Form

from portal.values import money
from portal.web.forms.fields.base import ParsedField, PickField, sibling


class AmountField(ParsedField):
    """An amount in minor units, read in the notation of `locale`.

    `currency` is a code, or a function of the form that gives one; `currency_from` names the sibling field that holds
    it. A form sets `field.currency` and `field.locale` after it is made where it knows them only then.
    """

    kind = "amount"

    def __init__(
        self,
        label: str = "Amount",
        *,
        currency: str | Callable[[Form], str] = "",
        currency_from: str | None = None,
        locale: str = "en",
        **options,
    ):
        super().__init__(label, **options)
        self.currency = currency
        self.currency_from = currency_from
        self.locale = locale

    def parse(self, text: str, form: Form) -> int:
        code = sibling(form, self.currency_from) if self.currency_from else self.currency
        return money.parse_amount(text, code(form) if callable(code) else code, self.locale)

    def write(self, value: int | None) -> str:
        return money.format_amount(value, self.currency, self.locale) if value is not None else ""


class CurrencyField(PickField):
    """A currency by its ISO 4217 code."""

    def __init__(self, label: str = "Currency", *, blank: str | None = None, **options):
        super().__init__(label, blank=blank, choices=currencies(), **options)

    def parse(self, text: str, form: Form) -> str:
        return money.parse_currency(text)


@lru_cache(maxsize=1)
def currencies() -> list[tuple[str, str]]:
    """List the currencies in use by code, each with its name."""
    return [(code, f"{code}, {money.currency_name(code)}") for code in sorted(money.EXPONENTS)]
