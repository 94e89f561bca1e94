"""What signing in leaves behind goes after a bounded time, and nothing that still tells somebody something goes before."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from portal.domain import sign_in, throttles
from portal.domain.factors import challenges
from portal.domain.throttles import Rule
from portal.model import Attempt, EmailLink, PendingSignIn, SignInRequest, UnsentForm, User
from portal.values import clock, tokens
from portal.worker import loop, sign_in_job

DAY = timedelta(days=1)


@pytest.fixture
def left(database, cast, settings):
    """Leave a row of every kind behind, and count those there are."""
    marta = cast.own_contacts["owner"]
    with database.writing() as db:
        user = db.get_one(User, marta.user_id)
        sign_in.hold(db, user, method="link")
        challenges.ask(db, "sign_in")
        challenges.ask(db, "second", user_id=user.id)
        throttles.note(db, Rule("password", free=5), "whoever")
        asked = sign_in.ask(db, user.email, by=cast.person())
        sign_in.mint_link(db, purpose="sign_in", user_id=user.id, request_id=asked.request.id)
        for purpose in ("sign_in", "preferences", "unsubscribe"):
            sign_in.mint_link(db, purpose=purpose, contact_id=marta.id)
        db.add(
            UnsentForm(
                browser_digest=tokens.digest("x"),
                user_id=user.id,
                side="portal",
                path="/account",
                sealed=b"x",
                expires_at=clock.now() + DAY,
            )
        )

    def count() -> dict[str, int]:
        with database.reading() as db:
            models = (PendingSignIn, Attempt, UnsentForm, SignInRequest, EmailLink)
            return {model.__tablename__: db.scalar(select(func.count()).select_from(model)) for model in models}

    return count


def test_nothing_goes_while_it_may_be_of_use(database, left):
    before = left()
    assert sign_in_job.run(database) is False
    assert left() == before


def test_each_kind_goes_after_its_time(database, left):
    before, now = left(), clock.now()
    assert before == {"pending_sign_in": 2, "attempt": 2, "unsent_form": 1, "sign_in_request": 2, "email_link": 4}
    for days, gone in (
        (3, {"pending_sign_in": 0, "attempt": 0, "unsent_form": 0}),
        (29, {}),
        (32, {"sign_in_request": 0, "email_link": 3}),
        (399, {}),
        (403, {"email_link": 2}),
        (800, {"email_link": 1}),
        (9999, {}),
    ):
        with clock.frozen(now + days * DAY):
            assert sign_in_job.run(database) is bool(gone), days
        before |= gone
        assert left() == before, days


def test_it_goes_piece_by_piece(database, left):
    with clock.frozen(clock.now() + 9999 * DAY), database.writing() as db:
        assert [sign_in.forget(db, limit=1) for _ in range(4)] == [6, 4, 0, 0]


def test_the_worker_does_it_by_itself(database, left, settings):
    worker = loop.Worker(settings, database)
    with clock.frozen(clock.now() + 3 * DAY):
        worker.jobs["sign-ins"]()
    assert left()["pending_sign_in"] == 0
