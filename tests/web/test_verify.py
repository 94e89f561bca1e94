"""The public check of a statement: what the holder has already, the same answer for all that is no code of ours, no traces."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event, text

from portal.domain import ledger, statements, wallets
from portal.domain.statements import checking
from portal.model import Customer, Statement
from portal.values import clock

NOW = datetime(2026, 11, 20, 9, 14, tzinfo=UTC)


@pytest.fixture
def code(database, cast) -> str:
    """The code of a statement of October, as it is printed."""
    by = cast.operator()
    with database.writing() as session:
        with clock.frozen(NOW - timedelta(days=60)):
            wallet = wallets.open(session, session.get_one(Customer, cast.own.id), "EUR", by=by)
            ledger.post(session, wallet.id, 100_000, reason="top_up", key_scope="t", key="1", customer_text="Secret text", by=by)
        with clock.frozen(NOW - timedelta(days=30)):
            ledger.post(session, wallet.id, -61_240, reason="service_delivered", key_scope="t", key="2", by=by)
        with clock.frozen(NOW):
            made = statements.issue(
                session,
                session.get_one(type(wallet), wallet.id),
                datetime(2026, 9, 30, 22, tzinfo=UTC),
                datetime(2026, 10, 31, 23, tzinfo=UTC),
                time_zone="Europe/Berlin",
                by=cast.person(),
            )
    return statements.grouped(made.code)


def test_a_statement_of_ours_is_told_with_its_figures_and_initials_only(client, code):
    page = client.get(f"/verify/{code}")
    assert page.h1 == "This statement is ours"
    for words in (
        "Northwind Billing GmbH on 20 Nov 2026",
        "G… & J… GmbH",
        "1 Oct 2026 – 31 Oct 2026",
        "Europe/Berlin",
        "1,000.00 EUR",
        "387.60 EUR",
        code,
    ):
        assert words in page.text
    for words in ("Grünwald", "Marta", "Secret text", "612.40", "CUST-57", "/account"):
        assert words not in page.text
    assert "Opening this page has changed nothing." in page.text


def test_the_page_is_kept_nowhere_and_found_by_no_engine(client, code):
    for path in ("/verify", f"/verify/{code}", "/verify/nonsense"):
        headers = client.http.get(path).headers
        assert headers["Cache-Control"] == "no-store"
        assert "noindex" in headers["X-Robots-Tag"]
        assert headers["Referrer-Policy"] == "no-referrer"


def test_the_form_leads_to_the_page_of_the_code(client, code):
    page = client.get("/verify")
    assert page.h1 == "Is this statement ours?"
    typed = code.lower().replace("-", " ")
    assert client.get("/verify", query_string={"code": typed}, status=303).location == f"/verify/{code}"
    assert client.get("/verify", query_string={"code": "//evil.example/x"}, status=303).location == "/verify/evilexamplex"
    assert "Type the code first" in client.get("/verify", query_string={"code": " "}).text


def test_malformed_and_unknown_are_answered_alike(client, code):
    answers = {}
    client.get("/verify")
    for typed in ("0000-0000-0000-0000-0000", "7F3K", "nonsense", "UUUU-UUUU-UUUU-UUUU-UUUU", "%27%20OR%201=1", "x" * 500):
        answer = client.http.get(f"/verify/{typed}")
        body = re.sub(r'(value|content)="[^"]*"', "", answer.get_data(as_text=True))
        answers[typed] = (answer.status_code, body, sorted(name for name, _ in answer.headers))
    assert len({str(answer) for answer in answers.values()}) == 1
    assert next(iter(answers.values()))[0] == 404
    assert "No statement of ours has this code." in client.get("/verify/7F3K", status=404).text


def test_malformed_and_unknown_ask_the_database_alike(session):
    asked = []
    event.listen(session.get_bind(), "before_cursor_execute", lambda _c, _cur, statement, *_: asked.append(statement))
    for typed in ("0000-0000-0000-0000-0000", "7F3K", ""):
        assert statements.by_code(session, typed) is None
    assert len(asked) == 3
    assert len(set(asked)) == 1


def test_what_is_typed_is_no_markup(client):
    page = client.get('/verify/"><img src=x>', status=404)
    assert not page.find_all("img")


def test_books_that_were_changed_by_hand_are_told(client, code, database):
    tamper(database, "UPDATE statement SET closing = closing + 1")
    page = client.get(f"/verify/{code}")
    assert page.h1 == "This statement does not match our books"
    assert "Do not rely on it" in page.text
    assert "387.61" not in page.text


def test_an_entry_changed_by_hand_is_told(client, code, database):
    with database.writing() as session:
        if database.dialect == "sqlite":
            for (name,) in session.execute(
                text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'wallet_entry'")
            ).all():
                session.execute(text(f"DROP TRIGGER {name}"))
        else:
            session.execute(text("SET LOCAL session_replication_role = replica"))
        session.execute(text("UPDATE wallet_entry SET amount = amount - 100, balance_after = balance_after - 100 WHERE seq = 2"))
    assert client.get(f"/verify/{code}").h1 == "This statement does not match our books"


def tamper(database, statement: str) -> None:
    with database.writing() as session:
        session.execute(text(statement))


def test_many_looks_have_to_wait_and_others_do_not(client, code, monkeypatch):
    monkeypatch.setattr(checking, "CHECKS", checking.Rule("statement_check", free=3))
    for _ in range(3):
        client.get(f"/verify/{code}")
    page = client.get(f"/verify/{code}", status=429)
    assert "Many codes were looked at from your network." in page.text
    assert int(page.response.headers["Retry-After"]) > 0
    assert page.response.headers["Cache-Control"] == "no-store"
    assert client.http.get(f"/verify/{code}", environ_base={"REMOTE_ADDR": "192.0.2.8"}).status_code == 200


def test_looking_changes_nothing_of_the_statement(client, code, database):
    def rows():
        with database.reading() as session:
            return session.execute(Statement.__table__.select()).all()

    before = rows()
    client.get(f"/verify/{code}")
    assert rows() == before


def test_only_get_is_answered(client, code):
    client.post(f"/verify/{code}", status=405)
    client.post("/verify", status=405)
