"""What people meet when others write for long: they wait, then hear so plainly, and their form is kept."""

from dataclasses import replace
from datetime import timedelta

import psycopg
import pytest
from sqlalchemy import event, select, text, update

from portal.app import create_app
from portal.db import REQUESTS, Database
from portal.domain import wallets
from portal.model import Base, BrowserSession, ImportJob, Wallet
from portal.values import clock, ids
from tests.page_client import PageClient


@pytest.fixture
def client(settings, database, cast) -> PageClient:
    """A browser whose server hardly waits for other writers."""
    url = database.url.render_as_string(hide_password=False)
    with Database(url, purpose=replace(REQUESTS, write_seconds=0.2, lock_seconds=0.1)) as hasty:
        yield PageClient(create_app(settings, hasty), cast)


@pytest.fixture
def wallet(database, cast) -> Wallet:
    with database.writing() as session:
        return wallets.open(session, cast.own, "EUR", by=cast.operator())


@pytest.fixture
def there(cast, wallet) -> str:
    return f"/console/customers/{cast.own.id}/wallets/{wallet.id}"


@pytest.fixture
def writer(database, wallet):
    """Somebody else's transaction, which gets in everybody's way from `stand(writer)` on."""
    with database.write_session() as session:
        yield session
        session.rollback()


def stand(writer) -> None:
    """Be in the way of all who write, of none who read."""
    if writer.get_bind().dialect.name == "sqlite":
        writer.connection()
    else:
        writer.execute(text("LOCK TABLE " + ", ".join(f'"{name}"' for name in Base.metadata.tables) + " IN EXCLUSIVE MODE"))


FILLED = {"amount": "25.00", "reason": "goodwill", "note": "“Wörds” & <more>"}


def send(owner, there, page, **options):
    return owner.submit(page, f"{there}/entries", FILLED, **options)


@pytest.fixture
def owner(client) -> PageClient:
    return client.as_operator("finance")


@pytest.fixture
def form(owner, there):
    return owner.get(f"{there}/entries/new")


def test_who_saves_in_vain_waits_for_nobody(owner, there, form, writer):
    stand(writer)
    owner.post(f"{there[:-36]}{ids.new_id()}/entries", FILLED, status=404)


def test_who_saves_while_others_write_keeps_the_form_and_sends_it_again(owner, there, form, writer, database, wallet):
    stand(writer)
    answer = send(owner, there, form, status=503)
    assert answer.response.headers["Retry-After"] == "5"
    assert answer.h1 == "Busy for a moment"
    assert "Nothing was saved; send it again in a moment." in answer.text
    assert answer.form("/entries") == form.form("/entries") | FILLED | {"csrf_token": answer.form("/entries")["csrf_token"]}
    writer.rollback()
    owner.submit(answer, f"{there}/entries")
    with database.reading() as session:
        assert session.execute(select(Wallet.balance, Wallet.seq).where(Wallet.id == wallet.id)).one() == (2_500, 1)


def test_htmx_is_given_the_form_to_send_again_too(owner, there, form, writer):
    stand(writer)
    answer = send(owner, there, form, status=503, htmx=True)
    assert not answer.find_all("html")
    assert answer.form("/entries")["note"] == FILLED["note"]


def test_who_waits_for_an_import_is_told_so(owner, there, form, database, writer):
    with database.writing() as session:
        session.add(ImportJob(state="running", actor_name="Ada"))
    stand(writer)
    assert "An import is being written just now." in send(owner, there, form, status=503).text


def test_secrets_are_not_written_into_the_page(client, writer):
    stand(writer)
    page = client.get("/sign-in")
    answer = client.submit(page, "/sign-in", {"email": "olga@example.com", "password": "correct horse"}, status=503)
    assert "correct horse" not in answer.body
    assert not answer.find_all("form")
    answer.find("a", href="/")


def test_a_page_is_read_while_others_write(owner, there, database, writer):
    with database.writing() as session:
        session.execute(update(BrowserSession).values(seen_at=clock.now() - timedelta(hours=1)))
    stand(writer)
    owner.get(there)


def break_off(connection, record, proxy) -> None:
    """Have the database refuse whatever comes: SQLite to write, PostgreSQL all, as if its server were stopped that moment."""
    if hasattr(connection, "info"):
        connection.execute("SELECT 1")
        connection.commit()
        with psycopg.connect(connection.info.dsn, autocommit=True) as other:
            other.execute("SELECT pg_terminate_backend(%s, 5000)", [connection.info.backend_pid])
    else:
        connection.execute("PRAGMA query_only = 1")


def test_a_database_that_breaks_off_is_said_and_the_form_kept(owner, there, form, database, wallet):
    engine = owner.app.extensions["database"].engine
    event.listen(engine, "checkout", break_off)
    answer = send(owner, there, form, status=503)
    assert answer.response.headers["Retry-After"] == "5"
    assert "end it again in a moment." in answer.text
    event.remove(engine, "checkout", break_off)
    engine.dispose()
    owner.submit(answer, f"{there}/entries")
    with database.reading() as session:
        assert session.execute(select(Wallet.balance, Wallet.seq).where(Wallet.id == wallet.id)).one() == (2_500, 1)
