"""Letters about invoices and payments.

Their facts are amounts in minor units of `currency`, days and times as ISO times, and texts; the links lead to the invoice or
the payment in the portal.
"""

from portal.domain.letters.catalogue.letter import CODE, CUSTOMER, Letter, Variable, person
from portal.domain.letters.phrases import say

_COMMON = (
    CUSTOMER,
    person(),
    Variable("currency", "The currency"),
    Variable("invoice_number", "The invoice’s number"),
    Variable("link_until", "Until when the link signs in; nothing where it signs nobody in", "moment", optional=True),
    Variable(CODE.name, "The code that signs in on another device", CODE.kind, optional=True),
)
_TOTAL = Variable("total", "What the invoice comes to", "money")
_CREDIT = Variable("credit_used", "Store credit that was applied, without a sign", "size", optional=True)
_DUE = Variable("amount_due", "What is to be paid", "money")
_DUE_ON = Variable("due_on", "The day it is due", "moment")
_SAMPLE = {
    "customer_name": "Grünwald & Jørgensen Payments GmbH & Co. KG",
    "contact_name": "Marta",
    "currency": "EUR",
    "invoice_number": "INV-2026-0117",
}
_CUSTOMER = "Grünwald & Jørgensen Payments GmbH & Co. KG"

# Translators: made up, where a letter is shown with a sample: how was paid
_CARD = say("Visa ending in {digits}", digits="4242")
# Translators: made up, where a letter is shown with a sample: what an operator wrote
_TWICE = say("Two seats were billed twice.")

LETTERS = (
    Letter(
        name="invoice_issued",
        title="New invoice",
        topic="invoices",
        when="An invoice is issued",
        reader="Contacts who get invoices",
        links=("open_invoice", "preferences", "unsubscribe"),
        variables=(
            *_COMMON,
            _TOTAL,
            _CREDIT,
            _DUE,
            _DUE_ON,
            Variable("period_from", "The first day of the billing period", "moment", optional=True),
            Variable("period_to", "The last day of the billing period", "moment", optional=True),
            Variable("autopay", "Whether it is charged by itself on the day it is due", "flag"),
            Variable("settled", "Whether nothing is left to pay", "flag", of=lambda facts: facts["amount_due"] == 0),
        ),
        sample={
            **_SAMPLE,
            "total": 119000,
            "credit_used": 19000,
            "amount_due": 100000,
            "due_on": "2026-12-07T11:00:00+00:00",
            "period_from": "2026-11-01T11:00:00+00:00",
            "period_to": "2026-11-30T11:00:00+00:00",
            "autopay": False,
            "why": say("You get this as primary contact of {customer}, because {topic} are on.", customer=_CUSTOMER, topic=say("invoices")),
        },
    ),
    Letter(
        name="invoice_reminder",
        title="Payment reminder",
        topic="reminders",
        when="So many days before and after an invoice is due, as the business entity has set",
        reader="Contacts who get payment reminders",
        links=("open_invoice", "preferences", "unsubscribe"),
        variables=(
            *_COMMON,
            _TOTAL,
            Variable("paid", "What was paid so far, without a sign", "size", optional=True),
            _DUE,
            _DUE_ON,
            Variable("overdue", "Whether the day it was due is over", "flag"),
        ),
        sample={
            **_SAMPLE,
            "total": 119000,
            "paid": 19000,
            "amount_due": 100000,
            "due_on": "2026-12-07T11:00:00+00:00",
            "overdue": True,
            "why": say(
                "You get this as primary contact of {customer}, because {topic} are on.", customer=_CUSTOMER, topic=say("payment reminders")
            ),
        },
    ),
    Letter(
        name="payment_receipt",
        title="Payment received",
        topic="receipts",
        when="A payment has arrived",
        reader="Contacts who get receipts and refunds",
        links=("open_payment", "preferences", "unsubscribe"),
        variables=(
            *_COMMON,
            Variable("amount", "How much was paid", "money"),
            Variable("paid_at", "When it was paid", "moment"),
            Variable("method", "By which card or account, all but its last digits hidden", optional=True),
            Variable("reference", "The payment’s reference"),
            Variable("left", "What of the invoice is left to pay", "money"),
        ),
        sample={
            **_SAMPLE,
            "amount": 100000,
            "paid_at": "2026-12-05T09:41:00+00:00",
            "method": _CARD,
            "reference": "PAY-7781",
            "left": 0,
            "why": say(
                "You get this as primary contact of {customer}, because {topic} are on.",
                customer=_CUSTOMER,
                topic=say("receipts and refunds"),
            ),
        },
    ),
    Letter(
        name="refund_issued",
        title="Refund made",
        topic="receipts",
        when="A payment is given back, in whole or in part",
        reader="Contacts who get receipts and refunds",
        links=("open_payment", "preferences", "unsubscribe"),
        variables=(
            *_COMMON,
            Variable("amount", "How much is given back, without a sign", "size"),
            Variable("refunded_at", "When it was given back", "moment"),
            Variable("method", "To which card or account, all but its last digits hidden", optional=True),
            Variable("to_wallet", "Whether it became store credit", "flag"),
            Variable("reason", "Why, in the customer’s words", optional=True),
            Variable("reference", "The payment’s reference"),
        ),
        sample={
            **_SAMPLE,
            "amount": 25000,
            "refunded_at": "2026-12-09T14:20:00+00:00",
            "method": _CARD,
            "to_wallet": False,
            "reason": _TWICE,
            "reference": "PAY-7781",
            "why": say(
                "You get this as primary contact of {customer}, because {topic} are on.",
                customer=_CUSTOMER,
                topic=say("receipts and refunds"),
            ),
        },
    ),
)
