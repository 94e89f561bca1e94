"""Letters about wallets: credit added, taken, ending and ended, and a balance that fell."""

from datetime import datetime
from zoneinfo import ZoneInfo

from portal.domain.letters.catalogue.letter import CODE, CUSTOMER, Letter, Variable, person
from portal.domain.letters.phrases import say

_LINKS = ("open_wallet", "preferences", "unsubscribe")
_COMMON = (
    CUSTOMER,
    person(),
    Variable("currency", "The wallet’s currency"),
    Variable("link_until", "Until when the link signs in; nothing where it signs nobody in", "moment", optional=True),
    Variable(CODE.name, "The code that signs in on another device", CODE.kind, optional=True),
)
_BEFORE = Variable("before", "The balance before", "money")
_AFTER = Variable("after", "The balance after", "money")
_MOVED = (
    *_COMMON,
    Variable("amount", "How much it is, without a sign", "size"),
    _BEFORE,
    _AFTER,
    Variable("reason", "Why, in the customer’s words"),
    Variable("text", "What was written to the customer", optional=True),
    Variable("posted_at", "When it was posted", "moment"),
    Variable("reverses_at", "When that was posted which it undoes", "moment", optional=True),
)


def _one_day(facts) -> bool:
    """Tell whether all of the credit ends on the day of the first, where the reader is."""
    zone = ZoneInfo(facts["time_zone"])
    days = {
        datetime.fromisoformat(at).astimezone(zone).date() for at in (facts["ends_at"], *(one["expires_at"] for one in facts["credits"]))
    }
    return len(days) == 1


_ENDING = (
    *_COMMON,
    Variable("amount", "How much ends, without a sign", "size"),
    _BEFORE,
    _AFTER,
    Variable("ends_at", "When the first of it ends", "moment"),
    Variable("one_day", "Whether all of it ends on one day", "flag", of=_one_day),
    Variable("credits.what", "Of each credit: what it is"),
    Variable("credits.amount", "Of each credit: how much, without a sign", "size"),
    Variable("credits.expires_at", "Of each credit: until when", "moment"),
)

_NAME = "Grünwald & Jørgensen Payments GmbH & Co. KG"
# Translators: made up, where a letter is shown with a sample: what an operator wrote
_SORRY = say("Sorry that your November invoice came late.")
# Translators: made up, where a letter is shown with a sample: what an operator wrote
_SESSION = say("Onboarding session on 19 November.")
_SAMPLE = {
    "customer_name": _NAME,
    "contact_name": "Marta",
    "amount": 2500,
    "before": 422996,
    "after": 425496,
    "currency": "EUR",
    "reason": say("Goodwill"),
    "text": _SORRY,
    "posted_at": "2026-11-23T08:14:00+00:00",
    "expires_at": "2026-12-31T22:59:59+00:00",
    "why": say("You get this as primary contact of {customer}, because {topic} is on.", customer=_NAME, topic=say("wallet activity")),
}
_WHO = {key: _SAMPLE[key] for key in ("customer_name", "contact_name", "currency", "why")}
_ENDS = {**_WHO, "amount": 7500, "before": 425496, "after": 417996, "ends_at": "2026-12-31T22:59:59+00:00"}
_CREDITS = [
    {"what": say("Goodwill"), "amount": 2500, "expires_at": "2026-12-31T22:59:59+00:00"},
    {"what": say("Promotion"), "amount": 5000, "expires_at": "2027-01-06T22:59:59+00:00"},
]
_READER = "Contacts who get wallet activity"

LETTERS = (
    Letter(
        name="wallet_credited",
        title="More credit",
        topic="wallet",
        when="Credit comes into a wallet",
        reader=_READER,
        links=_LINKS,
        variables=(*_MOVED, Variable("expires_at", "Until when it can be used", "moment", optional=True)),
        sample=_SAMPLE,
    ),
    Letter(
        name="wallet_debited",
        title="Less credit",
        topic="wallet",
        when="Credit is taken out of a wallet",
        reader=_READER,
        links=_LINKS,
        variables=_MOVED,
        sample={
            **{key: value for key, value in _SAMPLE.items() if key != "expires_at"},
            "amount": -12000,
            "after": 410996,
            "reason": say("Service delivered"),
            "text": _SESSION,
        },
    ),
    Letter(
        name="credit_expiring",
        title="Credit ends soon",
        topic="wallet",
        when="Credit ends within the days that the business entity has set",
        reader=_READER,
        links=_LINKS,
        variables=(*_ENDING, Variable("frozen", "Whether the wallet is frozen", "flag")),
        sample={**_ENDS, "credits": _CREDITS, "frozen": False},
    ),
    Letter(
        name="credit_expired",
        title="Credit has ended",
        topic="wallet",
        when="Credit has ended by itself",
        reader=_READER,
        links=_LINKS,
        variables=_ENDING,
        sample={**_ENDS, "credits": [{**credit, "expires_at": _ENDS["ends_at"]} for credit in _CREDITS]},
    ),
    Letter(
        name="low_balance",
        title="Balance is low",
        topic="wallet",
        when="A balance falls below what the customer has chosen",
        reader=_READER,
        links=_LINKS,
        variables=(
            *_COMMON,
            Variable("balance", "The balance", "money"),
            Variable("threshold", "The amount that was chosen", "money"),
        ),
        sample={**_WHO, "balance": 43085, "threshold": 50000},
    ),
)
