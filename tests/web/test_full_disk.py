"""What people meet when the disk is full: it is said, their form is kept, nothing is half posted, and with room again it goes on."""

from datetime import timedelta
from hashlib import sha256

import pytest
from sqlalchemy import func, select, update

from portal.app import create_app
from portal.db import REQUESTS, Database
from portal.domain import ledger, wallets
from portal.model import BrowserSession, Customer, EmailMessage, JournalEntry, Wallet
from portal.values import clock
from tests.full_disk import FullDisk
from tests.page_client import PageClient

NOTE = "“Wörds” & <more> " + "".join(sha256(bytes([number])).hexdigest() for number in range(25))  # of which few fit on a page
FILLED = {"amount": "25.00", "reason": "goodwill", "note": NOTE}
ENOUGH = 30
"""So many acts may still find room in what is there."""


@pytest.fixture
def disk(database):
    """The disk of a server that has the database for itself."""
    with Database(database.url.render_as_string(hide_password=False), purpose=REQUESTS) as served:
        made = FullDisk(served)
        yield made
        made.close()


@pytest.fixture
def finance(settings, disk, cast) -> PageClient:
    return PageClient(create_app(settings, disk.database), cast).as_operator("finance")


@pytest.fixture
def wallet(database, cast) -> Wallet:
    with database.writing() as session:
        made = wallets.open(session, cast.own, "EUR", by=cast.operator())
        wallets.adjust(session, made, 100_000, reason="top_up", key="first", by=cast.operator())
        return made


@pytest.fixture
def there(cast, wallet) -> str:
    return f"/console/customers/{cast.own.id}/wallets/{wallet.id}"


def counted(database, wallet) -> tuple[int, int, int, int]:
    """Read balance, number of entries in the wallet and in the journal, and letters."""
    with database.reading() as session:
        journal = session.scalar(select(func.count()).select_from(JournalEntry))
        letters = session.scalar(select(func.count()).select_from(EmailMessage))
        row = session.get_one(Wallet, wallet.id)
        return row.balance, row.seq, journal, letters


def refused(browser, path, action, changes):
    """Send a form until there is no room for it; give the answer, what was sent, and how often there was room before."""
    for number in range(ENOUGH):
        page = browser.get(path)
        to = next(form.get("action") for form in page.find_all("form") if form.get("action", "").endswith(action))
        sent = page.form(action) | changes
        response = browser.http.post(to, data=sent)
        if response.status_code != 303:
            return browser._page(response, 507, htmx=False), sent, number
    raise AssertionError("the disk is not full")


def test_an_adjustment_without_room_keeps_the_form_and_goes_through_when_there_is_room(disk, finance, database, wallet, there):
    disk.fill()
    answer, sent, before = refused(finance, f"{there}/entries/new", "/entries", FILLED)
    assert answer.h1 == "No room left"
    assert "nothing was saved" in answer.text
    kept = answer.form("/entries")
    assert kept == sent | {"csrf_token": kept["csrf_token"]}
    assert counted(database, wallet)[:2] == (100_000 + before * 2_500, 1 + before)
    with database.reading() as session:
        assert ledger.verify(session) == []
    finance.submit(answer, f"{there}/entries", status=507)
    disk.make_room()
    finance.submit(answer, f"{there}/entries")
    finance.submit(answer, f"{there}/entries")
    assert counted(database, wallet)[:3] == (100_000 + (before + 1) * 2_500, 2 + before, 2 + before)
    with database.reading() as session:
        assert ledger.verify(session) == []


def test_a_transfer_without_room_moves_neither_side(disk, finance, database, wallet, there, cast):
    with database.writing() as session:
        session.get_one(Customer, cast.neighbour.id).parent_id = cast.own.id
        target = wallets.open(session, cast.neighbour, "EUR", by=cast.operator())
    disk.fill()
    filled = {"amount": "1.00", "target": str(target.id), "note": NOTE}
    answer, sent, before = refused(finance, f"{there}/transfers", "/transfers", filled)
    assert answer.form("/transfers") == sent | {"csrf_token": answer.form("/transfers")["csrf_token"]}
    assert (counted(database, wallet)[0], counted(database, target)[0]) == (100_000 - before * 100, before * 100)
    disk.make_room()
    finance.submit(answer, f"{there}/transfers")
    assert (counted(database, wallet)[0], counted(database, target)[0]) == (100_000 - (before + 1) * 100, (before + 1) * 100)
    with database.reading() as session:
        assert ledger.verify(session) == []


def test_pages_are_read_though_the_disk_is_full(disk, finance, database, there):
    with database.writing() as session:
        session.execute(update(BrowserSession).values(seen_at=clock.now() - timedelta(hours=1)))
    disk.fill()
    *_, before = refused(finance, f"{there}/entries/new", "/entries", FILLED)
    assert f"{1_000 + before * 25:,}.00" in finance.get(there).text
