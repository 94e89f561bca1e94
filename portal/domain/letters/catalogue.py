"""Every letter by name: its topic, the links it needs, and facts to show it with."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from portal.domain.topics import TOPICS


@dataclass(frozen=True)
class Letter:
    """One kind of mail.

    `links` are the purposes of the links to mint before it is rendered; a letter with `code` also needs links["code"], six
    digits. Wallet letters name links["until"] (ISO time when the link ends) and links["code"] where they are given.
    `sample` are facts as a message row keeps them: money in minor units, times as ISO strings.
    """

    name: str
    topic: str
    links: tuple[str, ...]
    sample: Mapping[str, Any]
    code: bool = False

    @property
    def essential(self) -> bool:
        """Say whether it is sent whatever the reader has switched off."""
        return TOPICS[self.topic].essential


_WALLET_LINKS = ("open_wallet", "preferences", "unsubscribe")

_WALLET_SAMPLE = {
    "customer_name": "Grünwald & Jørgensen Payments GmbH & Co. KG",
    "contact_name": "Marta",
    "amount": 2500,
    "before": 422996,
    "after": 425496,
    "currency": "EUR",
    "reason": "Goodwill",
    "text": "Sorry that your November invoice came late.",
    "posted_at": "2026-11-23T08:14:00+00:00",
    "expires_at": "2026-12-31T22:59:59+00:00",
    "why": "You get this as primary contact of Grünwald & Jørgensen Payments GmbH & Co. KG, because wallet activity is on.",
}

_CREDIT_ENDS_SAMPLE = {
    **{key: _WALLET_SAMPLE[key] for key in ("customer_name", "contact_name", "currency", "why")},
    "amount": 7500,
    "before": 425496,
    "after": 417996,
    "ends_at": "2026-12-31T22:59:59+00:00",
}

_ALL = (
    Letter(
        "sign_in",
        "sign_in",
        ("sign_in",),
        {
            "name": "Marta",
            "minutes": 10,
            "asked_at": "2026-11-23T08:14:00+00:00",
            "asked_from": "Firefox on Windows, 203.0.113.24",
            "why": "You get this because somebody asked for a sign-in link for this address.",
        },
        code=True,
    ),
    Letter(
        "proof_code",
        "security",
        (),
        {
            "name": "Marta",
            "minutes": 10,
            "asked_at": "2026-11-23T08:14:00+00:00",
            "asked_from": "Firefox on Windows, 203.0.113.24",
            "why": "You get this because somebody who is signed in as you asked for a code.",
        },
        code=True,
    ),
    Letter(
        "operator_invite",
        "security",
        ("invite",),
        {
            "name": "Jonas",
            "invited_by": "Ada Okafor",
            "role": "Finance",
            "expires_at": "2026-11-30T08:14:00+00:00",
            "why": "You get this because Ada Okafor entered this address as yours.",
        },
    ),
    Letter(
        "contact_invite",
        "security",
        ("sign_in",),
        {
            "name": "Marta",
            "invited_by": "Ada Okafor",
            "customer_name": "Grünwald & Jørgensen Payments GmbH & Co. KG",
            "role": "Billing manager",
            "why": "You get this because Ada Okafor entered this address for Grünwald & Jørgensen Payments GmbH & Co. KG.",
        },
    ),
    Letter("wallet_credited", "wallet", _WALLET_LINKS, _WALLET_SAMPLE),
    Letter(
        "wallet_debited",
        "wallet",
        _WALLET_LINKS,
        {
            **{key: value for key, value in _WALLET_SAMPLE.items() if key != "expires_at"},
            "amount": -12000,
            "after": 410996,
            "reason": "Service delivered",
            "text": "Onboarding session on 19 November.",
        },
    ),
    Letter(
        "credit_expiring",
        "wallet",
        _WALLET_LINKS,
        {
            **_CREDIT_ENDS_SAMPLE,
            "credits": [
                {"what": "Goodwill", "amount": 2500, "expires_at": "2026-12-31T22:59:59+00:00"},
                {"what": "Promotion", "amount": 5000, "expires_at": "2027-01-06T22:59:59+00:00"},
            ],
            "frozen": False,
        },
    ),
    Letter(
        "credit_expired",
        "wallet",
        _WALLET_LINKS,
        {
            **_CREDIT_ENDS_SAMPLE,
            "credits": [
                {"what": "Goodwill", "amount": 2500, "expires_at": "2026-12-31T22:59:59+00:00"},
                {"what": "Promotion", "amount": 5000, "expires_at": "2026-12-31T22:59:59+00:00"},
            ],
        },
    ),
    Letter(
        "low_balance",
        "wallet",
        _WALLET_LINKS,
        {
            **{key: _WALLET_SAMPLE[key] for key in ("customer_name", "contact_name", "currency", "why")},
            "balance": 43085,
            "threshold": 50000,
        },
    ),
    Letter(
        "preferences_changed",
        "security",
        ("preferences",),
        {
            "customer_name": "Grünwald & Jørgensen Payments GmbH & Co. KG",
            "contact_name": "Marta",
            "changes": [
                {"what": "Invoices", "before": "on", "after": "off"},
                {"what": "Payment reminders", "before": "off", "after": "on"},
            ],
            "changed_by": "Marta Grünwald",
            "changed_at": "2026-11-23T08:14:00+00:00",
            "why": "You get this because what we send to this address has changed.",
        },
    ),
    Letter(
        "address_changed",
        "security",
        (),
        {
            "customer_name": "Grünwald & Jørgensen Payments GmbH & Co. KG",
            "contact_name": "Marta",
            "changes": [
                {"what": "Street", "before": "Torstraße 140", "after": "Lindenallee 7"},
                {"what": "Postal code", "before": "10119", "after": "14050"},
                {"what": "Second line", "before": "", "after": "Haus B"},
            ],
            "changed_by": "Jonas Weber",
            "changed_at": "2026-11-23T08:14:00+00:00",
            "why": "You get this as primary contact of Grünwald & Jørgensen Payments GmbH & Co. KG, whenever company details change.",
        },
    ),
    Letter(
        "email_changed",
        "security",
        (),
        {
            "customer_name": "Grünwald & Jørgensen Payments GmbH & Co. KG",
            "contact_name": "Marta",
            "old_address": "marta@gruenwald.example",
            "new_address": "m•••@gj-payments.example",
            "changed_by": "Marta Grünwald",
            "changed_at": "2026-11-23T08:14:00+00:00",
            "why": "You get this because this was the address we wrote to until now.",
        },
    ),
    Letter(
        "address_change_notice",
        "security",
        ("stop",),
        {
            "name": "Marta",
            "new_address": "m•••@gj-payments.example",
            "asked_at": "2026-11-23T08:14:00+00:00",
            "asked_from": "Firefox on Windows, 203.0.113.24",
            "why": "You get this because this is the address you sign in with.",
        },
    ),
    Letter(
        "address_change_verify",
        "address_verification",
        ("verify",),
        {
            "name": "Marta",
            "old_address": "m•••a@gruenwald.example",
            "asked_at": "2026-11-23T08:14:00+00:00",
            "asked_from": "Firefox on Windows, 203.0.113.24",
            "expires_at": "2026-11-26T08:14:00+00:00",
            "why": "You get this because somebody entered this address as theirs.",
        },
    ),
    Letter(
        "address_in_use",
        "security",
        (),
        {
            "asked_at": "2026-11-23T08:14:00+00:00",
            "why": "You get this because somebody entered this address as theirs.",
        },
    ),
)

LETTERS: Mapping[str, Letter] = MappingProxyType({letter.name: letter for letter in _ALL})
