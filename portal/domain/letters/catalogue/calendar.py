"""Letters that come by the calendar: a day's wallet activity, a month's statement."""

from portal.domain.letters.catalogue.letter import CODE, CUSTOMER, Letter, Variable, person
from portal.domain.letters.phrases import say

_COMMON = (
    CUSTOMER,
    person(),
    Variable("link_until", "Until when the link signs in; nothing where it signs nobody in", "moment", optional=True),
    Variable(CODE.name, "The code that signs in on another device", CODE.kind, optional=True),
)
_NAME = "Grünwald & Jørgensen Payments GmbH & Co. KG"
_WHO = {"customer_name": _NAME, "contact_name": "Marta"}
# Translators: made up, where a letter is shown with a sample: the name of a wallet
_WALLETS = say("Store credit"), say("Travel")
# Translators: made up, where a letter is shown with a sample: what an operator wrote
_SORRY = say("Sorry for the wait.")

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
                {"what": say("{wallet}, before", wallet=_WALLETS[0]), "amount": 422996, "currency": "EUR"},
                {
                    "at": "2026-11-22T09:30:00+00:00",
                    "what": say("{what}: {text}", what=say("Goodwill"), text=_SORRY),
                    "amount": 2500,
                    "currency": "EUR",
                },
                {"at": "2026-11-22T16:05:00+00:00", "what": say("Service delivered"), "amount": -12000, "currency": "EUR"},
                {"what": say("{wallet}, now", wallet=_WALLETS[0]), "amount": 413496, "currency": "EUR"},
                {"what": say("{wallet}, before", wallet=_WALLETS[1]), "amount": 90000, "currency": "JPY"},
                {"at": "2026-11-23T01:12:00+00:00", "what": say("Invoice settlement"), "amount": -12400, "currency": "JPY"},
                {"what": say("{wallet}, now", wallet=_WALLETS[1]), "amount": 77600, "currency": "JPY"},
            ],
            "why": say("You get this as contact of {customer}, because wallet activity is on, once a day.", customer=_NAME),
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
            "why": say("You get this as contact of {customer}, because {topic} are on.", customer=_NAME, topic=say("statements")),
        },
    ),
)
