"""Letters that come by the calendar: a day's wallet activity, a month's statement."""

from portal.domain.letters.catalogue.letter import CODE, CUSTOMER, Letter, Variable, person

_COMMON = (
    CUSTOMER,
    person(),
    Variable("link_until", "Until when the link signs in; nothing where it signs nobody in", "moment", optional=True),
    Variable(CODE.name, "The code that signs in on another device", CODE.kind, optional=True),
)
_WHO = {"customer_name": "Grünwald & Jørgensen Payments GmbH & Co. KG", "contact_name": "Marta"}

LETTERS = (
    Letter(
        name="wallet_digest",
        title="Wallet activity of the day",
        topic="wallet",
        when="Every day at 07:00 where the reader is, when something was posted since the day before",
        reader="Contacts who get wallet activity, and chose to have it once a day",
        links=("open_wallet", "preferences", "unsubscribe"),
        variables=(
            *_COMMON,
            Variable("entries", "How many entries there are", "count"),
            Variable("single", "Whether there is one entry only", "flag", of=lambda facts: facts["entries"] == 1),
            Variable("since", "When the first was posted", "moment"),
            Variable("lines.at", "Of each line: when it was posted; nothing for a balance", "moment", optional=True),
            Variable("lines.what", "Of each line: what it is"),
            Variable("lines.amount", "Of each line: how much", "money"),
        ),
        sample={
            **_WHO,
            "entries": 3,
            "since": "2026-11-22T09:30:00+00:00",
            "lines": [
                {"what": "Store credit, before", "amount": 422996, "currency": "EUR"},
                {"at": "2026-11-22T09:30:00+00:00", "what": "Goodwill: sorry for the wait", "amount": 2500, "currency": "EUR"},
                {"at": "2026-11-22T16:05:00+00:00", "what": "Service delivered", "amount": -12000, "currency": "EUR"},
                {"what": "Store credit, now", "amount": 413496, "currency": "EUR"},
                {"what": "Travel, before", "amount": 90000, "currency": "JPY"},
                {"at": "2026-11-23T01:12:00+00:00", "what": "Invoice settled", "amount": -12400, "currency": "JPY"},
                {"what": "Travel, now", "amount": 77600, "currency": "JPY"},
            ],
            "why": "You get this as contact of Grünwald & Jørgensen Payments GmbH & Co. KG, because wallet activity is on, once a day.",
        },
    ),
    Letter(
        name="statement_ready",
        title="Statement of the month",
        topic="statements",
        when="On the first day of each month, where the customer is, for the month before",
        reader="Contacts who get statements",
        links=("open_statement", "preferences", "unsubscribe"),
        variables=(
            CUSTOMER,
            person(),
            Variable("wallet", "The wallet’s name", optional=True),
            Variable("currency", "The wallet’s currency"),
            Variable("first_day", "The first day of the month", "moment"),
            Variable("last_day", "The last day of the month", "moment"),
            Variable("entries", "How many entries there are", "count"),
            Variable("single", "Whether there is one entry only", "flag", of=lambda facts: facts["entries"] == 1),
            Variable("opening", "The balance before the month", "money"),
            Variable("movement", "By how much the balance changed", "money"),
            Variable("closing", "The balance at its end", "money"),
            Variable("statement_code", "The code by which anybody who holds the statement can check it"),
        ),
        sample={
            **_WHO,
            "currency": "EUR",
            "wallet": "",
            "first_day": "2026-09-30T22:00:00+00:00",
            "last_day": "2026-10-31T22:59:59+00:00",
            "entries": 14,
            "opening": 410000,
            "movement": 12996,
            "closing": 422996,
            "statement_code": "7F3K-09QD-XW2M-HT5A-1B6C",
            "why": "You get this as contact of Grünwald & Jørgensen Payments GmbH & Co. KG, because statements are on.",
        },
    ),
)
