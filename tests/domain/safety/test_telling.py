"""Whoever's sign-in changes is told, at once, in the same transaction; their customers' timelines show it."""

from dataclasses import replace
from datetime import timedelta

import pyotp
import pytest
from sqlalchemy import select, update

from portal.domain import actors, factors, passwords, safety, sign_in, users
from portal.domain.letters.phrases import in_english
from portal.domain.outbox import mint_links
from portal.domain.safety import acts
from portal.model import AuditEvent, BrowserSession, EmailMessage, Sender, User
from portal.values import clock
from portal.values.sealed import Vault
from tests import factories
from tests.authenticator import code_of

VAULT = Vault("for-tests-only-0123456789-abcdefghij")
HASH = passwords.hash_password("four words that nobody joins")


@pytest.fixture
def marta(session, cast) -> User:
    return session.get_one(User, cast.own_contacts["owner"].user_id)


@pytest.fixture
def by(cast):
    return cast.person("owner")


def mails(session) -> list[tuple[str, str, str]]:
    rows = session.scalars(select(EmailMessage).order_by(EmailMessage.created_at, EmailMessage.id))
    return [(row.to_address, row.letter, row.facts["act"]) for row in rows]


def set_up(session, user, by) -> None:
    secret = pyotp.random_base32()
    assert factors.set_up(session, user, secret, code_of(secret), vault=VAULT, by=by)


ACTS = {
    "totp_added": lambda session, user, by: set_up(session, user, by),
    "totp_replaced": lambda session, user, by: [set_up(session, user, by) for _ in range(2)],
    "totp_removed": lambda session, user, by: [set_up(session, user, by), factors.remove_totp(session, user, by=by)],
    "codes_made": lambda session, user, by: factors.make_codes(session, user, vault=VAULT, by=by),
    "password_set": lambda session, user, by: users.set_password(session, user, HASH, by=by),
    "password_changed": lambda session, user, by: [users.set_password(session, user, HASH, by=by) for _ in range(2)],
    "password_removed": lambda session, user, by: [
        users.set_password(session, user, HASH, by=by),
        users.remove_password(session, user, by=by),
    ],
}


@pytest.mark.parametrize("act", ACTS)
def test_a_change_is_mailed_to_the_person_and_is_in_the_customers_timeline(session, cast, marta, by, act):
    ACTS[act](session, marta, by)
    session.flush()
    assert mails(session)[-1] == ("marta@gruenwald.example", "sign_in_changed", act)
    last = session.scalars(select(AuditEvent).order_by(AuditEvent.at.desc(), AuditEvent.id.desc())).first()
    assert (last.customer_id, last.subject_id) == (cast.own.id, marta.id)


def test_a_used_recovery_code_says_how_many_are_left_and_which_was_the_last(session, marta, by):
    codes = factors.make_codes(session, marta, vault=VAULT, by=by)
    for code in codes:
        assert factors.use_recovery_code(session, marta, code, vault=VAULT, by=by)
    rows = session.scalars(select(EmailMessage).order_by(EmailMessage.created_at, EmailMessage.id)).all()
    said = [in_english(row.facts["what"]).removeprefix("a recovery code was used, ") for row in rows if row.facts["act"] == "code_used"]
    assert said == [*(f"{left} are left" for left in range(9, 1, -1)), "1 is left", "and it was the last"]


def test_an_act_of_a_person_at_two_customers_is_in_both_timelines_and_mailed_once(session, cast, marta, by):
    other = factories.contact(session, cast.neighbour, "marta@gruenwald.example")
    other.user_id, other.portal_role = marta.id, "viewer"
    session.flush()
    users.set_password(session, marta, HASH, by=by)
    events = session.scalars(select(AuditEvent).where(AuditEvent.action == "user.password_set")).all()
    assert {event.customer_id for event in events} == {cast.own.id, cast.neighbour.id}
    assert len(mails(session)) == 1


def test_an_operators_act_is_at_no_customer(session, cast):
    finance = session.get_one(User, cast.operators["finance"].id)
    users.set_password(session, finance, HASH, by=cast.operator("finance"))
    event = session.scalars(select(AuditEvent).where(AuditEvent.action == "user.password_set")).one()
    assert event.customer_id is None
    assert mails(session) == [("finance@northwind.example", "sign_in_changed", "password_set")]


def test_the_password_that_comes_with_an_invite_is_not_news(session, cast):
    finance = session.get_one(User, cast.operators["finance"].id)
    users.accept_invite(session, finance, name="Finn", password_hash=HASH, by=cast.operator("finance"))
    assert mails(session) == []


def test_what_was_done_stands_where_nobody_can_be_written_as(session, cast, marta, by):
    session.execute(update(Sender).values(is_default=False))
    users.set_password(session, marta, HASH, by=by)
    assert marta.password_hash == HASH
    assert mails(session) == []


def enter(session, user, *, device="Firefox on Linux", ip="203.0.113.24"):
    place = users.places(session, user.email)[0]
    return sign_in.enter(session, user.email, place, method="link", by=replace(actors.ANONYMOUS, device=device, ip=ip))


def test_the_first_sign_in_is_no_surprise_and_the_same_device_next_door_is_none_either(session, marta):
    enter(session, marta)
    enter(session, marta, ip="203.0.113.77")
    enter(session, marta, ip="203.0.113.24")
    assert mails(session) == []


@pytest.mark.parametrize(("device", "ip"), [("Safari on iPhone", "203.0.113.24"), ("Firefox on Linux", "198.51.100.9")])
def test_another_device_or_another_network_is_told_once(session, marta, device, ip):
    enter(session, marta)
    enter(session, marta, device=device, ip=ip)
    enter(session, marta, device=device, ip=ip)
    assert mails(session) == [("marta@gruenwald.example", "new_device", "link")]


def test_who_travels_gets_three_such_mails_a_day(session, marta):
    for network in range(9):
        enter(session, marta, ip=f"198.51.{network}.1")
    assert len(mails(session)) == 3
    session.execute(update(BrowserSession).values(created_at=clock.now()))
    with clock.frozen(clock.now() + timedelta(days=1, seconds=1)):
        enter(session, marta, ip="192.0.2.1")
    assert len(mails(session)) == 4


def test_households_of_ipv6_are_one_place(session, marta):
    enter(session, marta, ip="2001:db8:1:1::5")
    enter(session, marta, ip="2001:db8:1:9::8")
    assert mails(session) == []
    enter(session, marta, ip="2001:db8:2::8")
    assert len(mails(session)) == 1


def test_a_name_that_reads_as_a_link_is_not_repeated():
    assert in_english(acts.of("passkey_added", "My phone").what).startswith("the passkey “My phone” was added")
    assert "evil" not in in_english(acts.of("passkey_added", "visit evil.example/now").what)
    assert in_english(acts.of("tied", "Okta {x}").what) == "an account at Okta {x} was tied to your sign-in"


def test_the_mail_of_a_change_makes_a_link_that_lives_three_days(session, marta, by):
    users.set_password(session, marta, HASH, by=by)
    message = session.scalars(select(EmailMessage)).one()
    links = mint_links(session, message, b"secret", "https://x.example")
    assert links["not_me"].startswith("https://x.example/links/not-me/")


def test_customers_are_listed_once_each_and_without_those_where_one_has_no_place(session, cast, marta):
    gone = factories.contact(session, cast.neighbour, "marta@gruenwald.example", role="none")
    gone.user_id = marta.id
    session.flush()
    assert safety.customers_of(session, marta.id) == [cast.own.id]
