"""Revision 0002 on a database with a history: grants and their uses get their numbers, and stay append-only."""

from datetime import UTC, datetime
from hashlib import sha256
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from portal import migrations
from portal.db import Database
from portal.domain import ledger
from portal.domain.ledger import chain
from portal.values import ids

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
AT = "2026-11-20 12:00:00.000000+00"
ENTITY, CUSTOMER, WALLET = (ids.new_id() for _ in range(3))

# Amount, reason, contra account, balance after; then what each took: (entry, grant made by entry, amount, rule).
ENTRIES = (
    (1_000, "top_up", "cash", 1_000),
    (300, "goodwill", "promotional_expense", 1_300),
    (-500, "service_delivered", "receivable", 800),
    (-800, "service_delivered", "receivable", 0),
    (-100, "correction", "receivable", -100),
    (100, "top_up", "cash", 0),
    (700, "top_up", "cash", 700),
    (-50, "correction", "receivable", 650),
)
USES = ((3, 2, 300, "promotional"), (3, 1, 200, "only"), (4, 1, 800, "only"), (6, 6, 100, "owed"), (8, 7, 50, "only"))


@pytest.fixture
def old(backend, request, tmp_path):
    """A database at revision 0001."""
    if backend == "sqlite":
        url = f"sqlite:///{tmp_path / 'old.db'}"
    else:
        cluster = request.getfixturevalue("cluster")
        server = Database(cluster.url())
        with server.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("DROP DATABASE IF EXISTS wallet_proof"))
            connection.execute(text("CREATE DATABASE wallet_proof"))
        server.dispose()
        url = cluster.url("wallet_proof")
    with Database(url) as database:
        migrations.upgrade(database, "0001")
        yield database


@pytest.fixture
def history(old):
    """Write the entries as they were written then."""
    with old.engine.begin() as connection:

        def put(table: str, **columns: object) -> None:
            columns = {name: plain(value, old.dialect) for name, value in columns.items()}
            named = ", ".join(f'"{name}"' for name in columns)
            connection.execute(text(f"INSERT INTO {table} ({named}) VALUES ({', '.join(':' + name for name in columns)})"), columns)

        words = ("name", "legal_name", "address_line", "country", "colour")
        entity = dict.fromkeys(words, "") | {"locale": "en", "time_zone": "UTC", "currency": "EUR"}
        put("business_entity", id=ENTITY, is_default=True, created_at=AT, **entity)
        flags = dict.fromkeys(("auto_charge", "communications", "support_access", "tax_exempt"), False)
        words = dict.fromkeys(("tax_exempt_reason", "tax_exempt_evidence", "notes"), "") | {"name": "A", "name_key": "a"}
        when = {"created_at": AT, "updated_at": AT}
        put(
            *("customer",), id=CUSTOMER, business_entity_id=ENTITY, custom_data="{}", attributes="{}", status="active", version=1,
            **flags, **words, **when,
        )  # fmt: skip
        put(
            *("wallet",), id=WALLET, customer_id=CUSTOMER, currency="EUR", name="", balance=650, floor=-100, seq=len(ENTRIES),
            status="open", status_reason="", is_main=True, opened_at=AT, last_entry_at=AT,
        )  # fmt: skip
        entries, grants, prev = {}, {}, bytes(32)
        for seq, (amount, reason, account, after) in enumerate(ENTRIES, 1):
            journal, entries[seq] = ids.new_id(), ids.new_id()
            said = chain.entry_text(
                *(), wallet_id=WALLET, seq=seq, amount=amount, currency="EUR", balance_after=after, journal_entry_id=journal, reason=reason,
                posted_at=chain.moment(NOON), prev_hash=prev,
            )  # fmt: skip
            own = sha256(chain.first_worded(said).encode()).digest()
            words = dict.fromkeys(("note", "customer_text", "reference", "approver_name"), "")
            put(
                *("journal_entry",), id=journal, customer_id=CUSTOMER, reason=reason, key_scope="console", key=str(seq), request_hash=own,
                actor_kind="system", actor_name="", origin="console", posted_at=AT, **words,
            )  # fmt: skip
            for name, ours in (("wallet_liability", True), (account, False)):
                debit, credit = (0, abs(amount)) if (amount > 0) == ours else (abs(amount), 0)
                line = {"account": name, "wallet_id": WALLET if ours else None, "currency": "EUR", "debit": debit, "credit": credit}
                put("journal_line", id=ids.new_id(), journal_entry_id=journal, **line)
            put(
                *("wallet_entry",), id=entries[seq], wallet_id=WALLET, journal_entry_id=journal, seq=seq, amount=amount,
                balance_after=after, posted_at=AT, prev_hash=prev, hash=own,
            )  # fmt: skip
            prev = own
            if amount > 0:
                grants[seq] = ids.new_id()
                remaining = amount - sum(used for _, grant, used, _ in USES if grant == seq)
                kind = "promotional" if reason == "goodwill" else "paid"
                put(
                    *("credit_grant",), id=grants[seq], wallet_id=WALLET, entry_id=entries[seq], kind=kind, priority=50, amount=amount,
                    remaining=remaining, granted_at=AT,
                )  # fmt: skip
            put(
                *("audit_event",), id=ids.new_id(), at=AT, action="wallet.adjusted", customer_id=CUSTOMER, changes="{}",
                facts=f'{{"entry_id": "{entries[seq]}"}}', actor_kind="system", origin="console",
                **dict.fromkeys(("subject_kind", "subject_name", "actor_name", "on_behalf_of", "ip", "device", "request_id"), ""),
            )  # fmt: skip
        for entry, grant, amount, rule in USES:
            put("grant_use", id=ids.new_id(), entry_id=entries[entry], grant_id=grants[grant], amount=amount, rule=rule)
    return old


def plain(value: object, dialect: str) -> object:
    if isinstance(value, UUID):
        return value.hex if dialect == "sqlite" else value
    return value.removesuffix("+00") if value == AT and dialect == "sqlite" else value


def test_grants_and_uses_get_their_numbers(history):
    migrations.upgrade(history, "0002")
    with history.read_engine.connect() as connection:
        uses = connection.execute(text("SELECT seq, amount, remaining_after FROM grant_use ORDER BY seq, id")).all()
        grants = connection.execute(text("SELECT seq, amount, remaining, emptied_seq FROM credit_grant ORDER BY seq")).all()
    assert [tuple(use) for use in uses] == [(3, 300, 0), (3, 200, 800), (4, 800, 0), (6, 100, 0), (8, 50, 650)]
    assert [tuple(grant) for grant in grants] == [(1, 1_000, 0, 4), (2, 300, 0, 3), (6, 100, 0, 6), (7, 700, 650, None)]


@pytest.mark.parametrize("act", ["UPDATE grant_use SET amount = 1", "DELETE FROM grant_use"])
def test_uses_are_append_only_again(history, act):
    migrations.upgrade(history, "0002")
    with pytest.raises(DBAPIError, match="append-only"), history.engine.begin() as connection:
        connection.execute(text(act))


def test_the_books_are_whole_after_all_migrations(history):
    migrations.upgrade(history)
    with history.reading() as session:
        assert ledger.verify(session) == []
        assert ledger.verify(session, WALLET) == []
