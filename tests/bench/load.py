"""Load the benchmark's customers into a database of ours, straight into the tables, and sign an operator in.

    python tests/bench/load.py DATABASE_URL customers.csv contacts.csv

As in the peers' database the first 200 customers have three contacts and two wallets. It prints their ids, and the addresses
of the first 199 of these wallets, whose books are in order and which have much credit in them; the last word is the token of
the operator's session, for the cookie `portal_console`.
"""

import csv
import sys
from collections import defaultdict
from pathlib import Path

from sqlalchemy import insert

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from portal import migrations
from portal.db import Database
from portal.domain import search, sessions, wallets
from portal.domain.actors import Actor
from portal.model import Address, Contact, Customer, TaxId, Wallet
from portal.values import clock, countries, emails, ids, money
from portal.values.text import fold
from tests.cast import Cast

BATCH = 10_000
DETAILED = 200
ADJUSTED = 199


def main(url: str, customers_file: str, contacts_file: str) -> None:
    """Load both files and print the token."""
    database = Database(url)
    migrations.upgrade(database)
    people = defaultdict(list)
    with open(contacts_file, newline="", encoding="utf-8") as lines:
        for line in csv.DictReader(lines):
            people[line["customer_external_id"]].append(line)
    with database.writing() as session, open(customers_file, newline="", encoding="utf-8") as lines:
        cast = Cast.make(session)
        rows, documents, detailed, theirs = defaultdict(list), [], [], []
        for line in csv.DictReader(lines):
            others = people[line["external_id"]]
            if len(detailed) < DETAILED:
                others = (others + [{"name": "Zoë O'Brien", "email": f"z{len(detailed)}.{k}@example.com"} for k in range(2)])[:2]
            documents.append(one(line, others, cast.entity.id, rows))
            if len(detailed) < DETAILED:
                detailed.append(documents[-1][0])
                second = {"id": ids.new_id(), "currency": "CHF", "balance": 12345, "floor": 0, "is_main": False}
                rows[Wallet].append(rows[Wallet][-1] | second)
                for wallet in rows[Wallet][-2:][: ADJUSTED - len(theirs)]:
                    wallet.update(balance=0, floor=0)
                    theirs.append(wallet)
            if len(documents) == BATCH:
                write(session, rows, documents)
        write(session, rows, documents)
        accounts = [filled(session, wallet, by=cast.operator()) for wallet in theirs]
        token = sessions.start(session, cast.operators["owner"], side="console", method="link").token
    database.gather_statistics()
    if database.dialect == "postgresql":  # its own process may not have come by yet
        with database.engine.connect() as connection:
            connection.exec_driver_sql("ANALYZE")
            connection.commit()
    print(*detailed, *accounts, token)


def filled(session, row: dict, *, by: Actor) -> str:
    """Put a thousand million minor units into an empty wallet; give its address in the console."""
    wallet = session.get_one(Wallet, row["id"])
    wallets.adjust(session, wallet, 10**9, reason="top_up", key=f"bench:{wallet.id}", by=by)
    return f"/console/customers/{wallet.customer_id}/wallets/{wallet.id}"


def write(session, rows: dict, documents: list) -> None:
    """Write what has been gathered."""
    for model in (Customer, Address, TaxId, Contact, Wallet):
        if rows[model]:
            session.execute(insert(model.__table__), rows[model])
    search.index_new(session, documents)
    rows.clear()
    documents.clear()


def one(line: dict, people: list[dict], entity_id, rows: dict) -> tuple:
    """Gather the rows of one customer; give its search document."""
    key, now, email = ids.new_id(), clock.now(), line["email"]
    stamps = {"created_at": now, "updated_at": now}
    digits = "".join(letter for letter in line["phone"] if letter.isdigit())
    rows[Customer].append(
        {
            "id": key,
            "name": line["customer_name"],
            "name_key": fold(line["customer_name"])[:255],
            "external_id": line["external_id"],
            "email": email,
            "email_key": emails.email_key(email),
            "phone": f"+{digits[:15]}",
            "business_entity_id": entity_id,
            "auto_charge": False,
            "communications": True,
            "support_access": True,
            "tax_exempt": False,
            "tax_exempt_reason": "",
            "tax_exempt_evidence": "",
            "custom_data": {},
            "attributes": {},
            "notes": "",
            "status": "active",
            "version": 1,
            **stamps,
        }
    )
    rows[Address].append(
        {
            "id": ids.new_id(),
            "customer_id": key,
            "line1": line["address_line1"],
            "line2": line["address_line2"],
            "line3": "",
            "city": line["city"],
            "city_key": fold(line["city"]),
            "state": line["state"],
            "postal_code": line["zip_code"],
            "country": countries.parse_country(line["country"]),
            "phone": "",
            "is_billing": True,
            "is_shipping": True,
            "created_at": now,
        }
    )
    number = line["tax_id_number"].replace(" ", "").replace("-", "")
    if number:
        tax = {"id": ids.new_id(), "customer_id": key, "kind": line["tax_id_type"], "value": number, "created_at": now}
        rows[TaxId].append(tax | {"register_state": "unknown", "register_name": ""})
    rows[Contact].append(contact(key, "", email, is_primary=True) | stamps)
    seen = {emails.email_key(email)}
    for person in people:
        if (address := emails.email_key(person["email"])) not in seen:
            seen.add(address)
            rows[Contact].append(contact(key, person["name"], person["email"]) | stamps)
    balance = money.parse_machine_amount(line["wallet_balance"], line["wallet_currency"])
    wallet = {"id": ids.new_id(), "customer_id": key, "currency": line["wallet_currency"], "balance": balance, "floor": min(balance, 0)}
    rows[Wallet].append(wallet | {"name": "", "seq": 0, "status": "open", "status_reason": "", "is_main": True, "opened_at": now})
    found_by = {"name": line["customer_name"], "external_id": line["external_id"], "email": email, "phone": digits[:15]}
    return key, search.body(**found_by, tax_ids=[number], contacts=[(person["name"], person["email"]) for person in people])


def contact(customer_id, name: str, email: str, *, is_primary: bool = False) -> dict:
    """Give the row of a contact."""
    first, _, last = name.partition(" ")
    return {
        "id": ids.new_id(),
        "customer_id": customer_id,
        "first_name": first,
        "last_name": last,
        "email": email,
        "email_key": emails.email_key(email),
        "phone": "",
        "job_title": "",
        "is_primary": is_primary,
        "portal_role": "owner" if is_primary else "none",
        "verified_at": clock.now() if is_primary else None,
        "bounce_state": "none",
    }


if __name__ == "__main__":
    main(*sys.argv[1:4])
