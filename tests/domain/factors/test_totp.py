"""Codes of an app: right within half a minute, each once, also when it is tried many times at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pyotp
import pytest
from sqlalchemy import select, update

from portal.domain import factors
from portal.model import AuditEvent, TotpFactor, User
from portal.values import clock
from portal.values.sealed import Vault
from tests.authenticator import code_of

AT_ONCE = 16


@pytest.fixture
def secret(session, user, vault, by) -> str:
    """Set up the person's app, a while ago."""
    made = pyotp.random_base32()
    with clock.frozen(clock.now() - timedelta(minutes=10)):
        assert factors.set_up(session, user, made, code_of(made), vault=vault, by=by)
    return made


def test_a_secret_is_for_one_person_and_one_hour(user, vault, cast):
    sealed = factors.new_secret(user.id, vault=vault)
    assert len(factors.opened(sealed, user.id, vault=vault)) == 32
    assert factors.opened(sealed, cast.operators["owner"].id, vault=vault) is None
    assert factors.opened("nonsense", user.id, vault=vault) is None


def test_the_address_for_the_app_names_person_and_product(user):
    uri = factors.provisioning_uri("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", email=user.email, issuer="Portal")
    assert uri.startswith("otpauth://totp/Portal:support%40northwind.example?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")


def test_an_app_is_kept_sealed_and_only_after_a_right_code(session, user, vault, by):
    secret = pyotp.random_base32()
    assert not factors.set_up(session, user, secret, "000000" if code_of(secret) != "000000" else "000001", vault=vault, by=by)
    assert not factors.owed(session, user.id)
    assert factors.set_up(session, user, secret, code_of(secret), vault=vault, by=by)
    kept = session.scalars(select(TotpFactor)).one()
    assert secret not in kept.secret
    assert factors.owed(session, user.id)
    assert factors.held(session, user.id).totp is kept
    assert session.scalars(select(AuditEvent.action)).all() == ["factor.added"]


def test_the_code_of_the_set_up_does_not_sign_in(session, user, vault, by):
    secret = pyotp.random_base32()
    now = clock.now()
    with clock.frozen(now):
        assert factors.set_up(session, user, secret, code_of(secret), vault=vault, by=by)
        assert not factors.accepts(session, user.id, code_of(secret), vault=vault)


@pytest.mark.parametrize(("steps", "right"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_phones_clock_may_be_off_by_one_step(session, user, vault, secret, steps, right):
    with clock.frozen(clock.now()):
        assert factors.accepts(session, user.id, code_of(secret, steps), vault=vault) is right


def test_no_code_is_taken_twice_nor_an_older_one(session, user, vault, secret):
    with clock.frozen(clock.now()):
        assert factors.accepts(session, user.id, code_of(secret), vault=vault)
        assert not factors.accepts(session, user.id, code_of(secret), vault=vault)
        assert not factors.accepts(session, user.id, code_of(secret, -1), vault=vault)
        assert factors.accepts(session, user.id, code_of(secret, 1), vault=vault)


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "１２３４５６", "٠١٢٣٤٥", "12 34", "-12345"])
def test_what_is_no_code_is_refused(session, user, vault, secret, code):
    assert not factors.accepts(session, user.id, code, vault=vault)


def test_spaces_in_a_code_do_not_matter(session, user, vault, secret):
    with clock.frozen(clock.now()):
        code = code_of(secret)
        assert factors.accepts(session, user.id, f" {code[:3]} {code[3:]} ", vault=vault)


def test_somebody_elses_app_is_no_use(session, user, vault, secret, cast):
    assert not factors.accepts(session, cast.operators["owner"].id, code_of(secret), vault=vault)


def test_after_a_lost_key_no_code_is_right(session, user, secret):
    assert not factors.accepts(session, user.id, code_of(secret), vault=Vault("another-key-0123456789-abcdefghij"))


def test_another_app_takes_the_place_of_the_first(session, user, vault, by, secret):
    other = pyotp.random_base32()
    with clock.frozen(clock.now()):
        assert factors.set_up(session, user, other, code_of(other, -1), vault=vault, by=by)
        assert not factors.accepts(session, user.id, code_of(secret), vault=vault)
        assert factors.accepts(session, user.id, code_of(other), vault=vault)


def test_one_code_tried_sixteen_times_at_once_is_taken_once(database, cast, vault, by):
    secret = pyotp.random_base32()
    user_id = cast.operators["support"].id
    with database.writing() as db:
        factors.set_up(db, db.get_one(User, user_id), secret, code_of(secret), vault=vault, by=by)
        db.execute(update(TotpFactor).values(last_step=0))
    start, code = Barrier(AT_ONCE), code_of(secret)

    def try_it(_) -> bool:
        start.wait()
        return database.act(lambda db: factors.accepts(db, user_id, code, vault=vault))

    with ThreadPoolExecutor(AT_ONCE) as pool:
        assert sum(pool.map(try_it, range(AT_ONCE))) == 1
