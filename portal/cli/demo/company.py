"""The demo company: Northwind, its operator, a handful of customers with some history."""

from datetime import timedelta
from itertools import count
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.cli.demo import attributes, broadcasts
from portal.domain import actors, brands, contacts, customers, installation, senders, users, wallets
from portal.domain.actors import Actor
from portal.domain.wallets import expiring
from portal.model import CustomAttribute, Customer, Sender
from portal.values import clock, money
from portal.values.images import read_picture
from portal.values.sealed import Vault

LOGO = Path(__file__).with_name("logo.png")
OPERATOR_NAME = "Chiara Petrović"
OPERATOR_EMAIL = "chiara@northwind.example"
CUSTOMER_EMAIL = "marta@gruenwald-joergensen.example"

GRUENWALD = {
    "name": "Grünwald & Jørgensen Payments GmbH & Co. KG",
    "external_id": "NW-0057",
    "email": CUSTOMER_EMAIL,
    "phone": "+4915179949988",
    "locale": "en",
    "time_zone": "Europe/Berlin",
    "currency": "EUR",
    "tax_ids": [("eu_vat", "DE136695976")],
    "billing": {"line1": "Torstraße 140", "line2": "Floor 16", "city": "Berlin", "postal_code": "10119", "country": "DE"},
    "shipping_same": True,
    "custom_data": {"segment": "ent", "additional_info": {"preferred_communication": "email", "timezone": "CET"}},
}

# Days ago, amount, reason, the words for the customer, after how many days it ends (0: never).
HISTORY = (
    (112, "1100.00", "top_up", "Bank transfer, reference GJP 8790", 0),
    (84, "500.00", "promotion", "September promotion", 31),
    (73, "-420.00", "invoice_settlement", "INV-2026-0871", 0),
    (70, "80.00", "promotion", "Welcome to the autumn", 0),
    (53, "2500.00", "top_up", "Bank transfer, reference GJP 8812", 0),
    (40, "-612.40", "invoice_settlement", "INV-2026-0988", 0),
    (21, "2549.61", "refund", "INV-2026-0931, delivered twice", 0),
    (7, "-1307.25", "invoice_settlement", "INV-2026-1107", 0),
    (2, "25.00", "goodwill", "Apology for the late invoice", 40),
)

OTHERS = (
    ("Meridian Biotech Pvt. Ltd.", "NW-0005", "accounts@meridian-biotech.example", "IN", "Mumbai", "400032", "INR", "12480305.00"),
    ("Zieliński & Nakamura Capital K.K.", "NW-0009", "keiri@zn-capital.example", "JP", "大阪市", "530-0051", "JPY", "283937"),
    ("Atelier Lumière S.A.S.", "NW-0003", "compta@atelier-lumiere.example", "FR", "Saint-Étienne", "42074", "EUR", "1574.17"),
    ("O'Brien & O'Connor Telecom Ltd", "NW-0004", "billing@obrien-telecom.example", "GB", "Manchester", "M1 6AE", "GBP", "3833.38"),
    ("Ember Foods AB", "NW-0014", "ekonomi@ember-foods.example", "SE", "Göteborg", "411 36", "SEK", "1707.15"),
    ("Carlos Papadopoulos", None, None, "", "", "", "", ""),
    ("Oak Brewing LLC", "NW-0020", "ap@oak-brewing.example", "US", "Chicago", "60609", "USD", "510.81"),
)


BOOKKEEPER = {"first_name": "Ngozi", "last_name": "Quispe", "email": "ngozi@gruenwald-joergensen.example"}
ALSO_AT = {"NW-0003": "billing_manager", "NW-0014": "viewer"}
"""Customers whose books the same person keeps: signed in, she chooses among three places."""


def ensure(session: Session, vault: Vault) -> None:
    """Make the company, unless it is there. Its sender has a key, whose record nobody has published."""
    entity = installation.ensure_business_entity(
        session,
        name="Northwind",
        legal_name="Northwind Billing GmbH",
        address_line="Torstraße 140, 10119 Berlin",
        country="DE",
        time_zone="Europe/Berlin",
        currency="EUR",
        sender="billing@northwind.example",
    )
    setup = actors.system("cli", "portal demo")
    for sender in session.scalars(select(Sender).where(Sender.business_entity_id == entity.id, Sender.dkim_selector == "")):
        senders.make_key(session, sender, vault=vault, by=setup)
    if users.by_email(session, OPERATOR_EMAIL) is not None:
        return
    start = clock.now()
    with clock.frozen(start - timedelta(days=120)):
        user, _ = users.invite_operator(session, OPERATOR_EMAIL, "owner", by=setup)
        user.name = OPERATOR_NAME
        session.flush()
        chiara = actors.operator(user_id=user.id, name=user.name, role="owner")
        brands.set_logo(session, entity, read_picture(LOGO.read_bytes()), by=chiara)
        if session.scalar(select(CustomAttribute.id).limit(1)) is None:
            attributes.define(session, by=chiara)
    if session.scalar(select(Customer.id).limit(1)) is None:
        keys = count(1)
        _gruenwald(session, entity.id, chiara, keys)
        for number, other in enumerate(OTHERS):
            with clock.frozen(start - timedelta(days=60 - 5 * number)):
                _other(session, entity.id, other, chiara, keys)
        broadcasts.write(session, by=chiara)


def _gruenwald(session: Session, entity_id, by: Actor, keys) -> None:
    start, values = clock.now(), attributes.of(GRUENWALD["external_id"])
    with clock.frozen(start - timedelta(days=113)):
        made = customers.add(session, {**GRUENWALD, "business_entity_id": entity_id, "communications": False, "attributes": values}, by=by)
        marta = contacts.of_customer(session, made.id)[0]
        contacts.change(session, marta, {"first_name": "Marta", "last_name": "Grünwald"}, by=by)
        for first, last, role in (("Ngozi", "Quispe", "billing_manager"), ("Yui", "Tanaka", "viewer")):
            address = f"{first.lower()}@gruenwald-joergensen.example"
            contacts.add(session, made, {"first_name": first, "last_name": last, "email": address, "portal_role": role}, by=by)
        wallet = wallets.open(session, made, "EUR", by=by)
    for days, amount, reason, words, ends in HISTORY:
        with clock.frozen(start - timedelta(days=days)):
            _end_what_is_over(session)
            _adjust(session, wallet, amount, reason, words, by, keys, ends)
    customers.change(session, made, {"communications": True}, version=None, by=by)


def _other(session: Session, entity_id, other: tuple, by: Actor, keys) -> None:
    name, external_id, email, country, city, postal_code, currency, balance = other
    billing = {"line1": "1 Main Street", "city": city, "postal_code": postal_code, "country": country} if country else None
    facts = {"name": name, "external_id": external_id, "email": email, "billing": billing, "shipping_same": True}
    facts["attributes"] = attributes.of(external_id)
    made = customers.add(session, facts | {"business_entity_id": entity_id, "communications": False}, by=by)
    if external_id in ALSO_AT:
        contacts.add(session, made, BOOKKEEPER | {"portal_role": ALSO_AT[external_id]}, by=by)
    if currency:
        wallet = wallets.open(session, made, currency, by=by)
        _adjust(session, wallet, balance, "top_up", "Bank transfer", by, keys)
    customers.change(session, made, {"communications": True}, version=None, by=by)


def _end_what_is_over(session: Session) -> None:
    for over in expiring.due(session, clock.now(), limit=10):
        with clock.frozen(over.expires_at):
            expiring.end(session, over.wallet_id, [over], now=over.expires_at, by=actors.system("worker"))


def _adjust(session: Session, wallet, amount: str, reason: str, words: str, by: Actor, keys, ends: int = 0) -> None:
    minor = money.parse_machine_amount(amount, wallet.currency)
    expires_at = clock.now() + timedelta(days=ends) if ends else None
    wallets.adjust(session, wallet, minor, reason=reason, key=f"demo-{next(keys)}", customer_text=words, expires_at=expires_at, by=by)
