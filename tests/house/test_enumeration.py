"""Whoever types an address learns nothing about it: the same answer and the same work, whether it is known here or not."""

import re
from collections import Counter
from contextlib import contextmanager

import pytest
from argon2 import PasswordHasher
from sqlalchemy import event

from portal.values import clock
from tests.doors import DOORS, Hall, address

VERB = re.compile(r"(SELECT|INSERT|UPDATE|DELETE|SAVEPOINT|RELEASE|ROLLBACK|BEGIN|COMMIT)\b")
ENDS = {"RELEASE", "ROLLBACK"}
"""What was done and what was taken back cost the same."""
TABLE = re.compile(r"\b(?:FROM|INTO|UPDATE) +[\"(]*([a-z_]+)")
OURS = re.compile(r'(name="csrf_token"\s+value|csrf-token" content)="[^"]+"')
OWNERS = re.compile(r"\bzoe[0-9]+@")
INNER = re.compile(r"'main'\.|^--")
"""What SQLite asks itself: for the full text index, and in triggers."""
IDS = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{32}")
MOMENTS = {"X-Request-ID", "Date", "Set-Cookie"}


@contextmanager
def statements(database):
    """Count what the database is asked, by verb and first table."""
    seen: Counter[str] = Counter()

    def note(text: str) -> None:
        text = " ".join(text.split())
        if (verb := VERB.match(text)) is not None and not INNER.search(text):
            table = TABLE.search(text)
            seen[f"{'END' if verb[1] in ENDS else verb[1]} {table[1] if table else ''}".strip()] += 1

    def watched(connection, *_):
        connection.set_trace_callback(note)

    def executed(_connection, _cursor, statement, *_):
        note(statement)

    hook = ("checkout", watched) if database.dialect == "sqlite" else ("before_cursor_execute", executed)
    event.listen(database.engine, *hook)
    try:
        yield seen
    finally:
        event.remove(database.engine, *hook)
        if database.dialect == "sqlite":
            database.engine.dispose()  # the connections that are watched


@pytest.fixture
def hall(app, cast) -> Hall:
    return Hall(app, cast)


@pytest.fixture
def hashed(monkeypatch) -> list[str]:
    """Note every argon2 computation."""
    seen = []
    for name in ("hash", "verify"):
        real = getattr(PasswordHasher, name)
        monkeypatch.setattr(PasswordHasher, name, lambda *given, real=real, name=name: seen.append(name) or real(*given))
    return seen


def knocks(hall, door):
    """Knock with an address that is known and with one that is not; the first time everything is made ready that is made once."""
    for number in (1, 2):
        emails = (hall.make(number, operator=door.operators), address(number, known=False))
        for email in emails:
            hall.forget()
            knock = door.ready(hall, email)
            if number == 1:
                knock()
            else:
                yield email, knock


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.name)
def test_the_answer_does_not_say_who_is_known(hall, door):
    with clock.frozen(clock.now()):
        answers = [(email, knock, knock()) for email, knock in knocks(hall, door)]
        known, unknown = [(plain(answer, email), plain(followed(knock, answer), email)) for email, knock, answer in answers]
    assert known == unknown


def followed(knock, answer):
    return knock.browser.http.get(answer.headers["Location"]) if answer.status_code == 303 else answer


def plain(answer, email):
    """Give what can be read of an answer: status, headers and body, without what differs between any two."""
    body = OWNERS.sub("OWNER@", OURS.sub("", answer.get_data(as_text=True)).replace(email, "ADDRESS"))
    headers = [(name, IDS.sub("ID", value)) for name, value in answer.headers if name not in MOMENTS | {"Content-Length"}]
    cookies = sorted(line.partition("=")[0] for line in answer.headers.getlist("Set-Cookie"))
    return answer.status_code, sorted(headers), cookies, IDS.sub("ID", body)


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.name)
def test_the_work_is_the_same_whoever_is_known(hall, door, database, hashed):
    work = []
    for _, knock in knocks(hall, door):
        hashed.clear()
        with statements(database) as seen:
            knock()
        assert seen["COMMIT"] or database.dialect == "postgresql", "what the database is asked is not noted"
        work.append((seen, list(hashed)))
    assert work[0] == work[1], f"known: {work[0][0] - work[1][0]}, not known: {work[1][0] - work[0][0]}"
