"""Passkeys: bound to site, browser and question; nothing else opens."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import select

from portal.domain import factors
from portal.domain.errors import NotFound
from portal.domain.factors import PasskeyRefused, StillRequired
from portal.model import AuditEvent, Passkey, User
from portal.values import clock
from tests.authenticator import Device

AT_ONCE = 16


def register(session, user, site, by, device=None, name="Laptop") -> tuple[Device, Passkey]:
    device = device or Device()
    asked, token = factors.registration_options(session, user, site=site)
    credential = device.make(json.loads(asked))
    return device, factors.add_passkey(session, user, credential, token=token, name=name, site=site, by=by)


@pytest.fixture
def kept(session, user, site, by) -> tuple[Device, Passkey]:
    return register(session, user, site, by)


def ask(session, site, purpose="sign_in", user_id=None) -> tuple[dict, str]:
    asked, token = factors.authentication_options(session, purpose, site=site, user_id=user_id)
    return json.loads(asked), token


def test_a_passkey_is_named_and_kept(session, user, site, kept):
    device, passkey = kept
    assert (passkey.name, passkey.credential_id, passkey.user_id) == ("Laptop", device.credential_id, user.id)
    assert passkey.transports == ["internal", "hybrid"]
    assert factors.owed(session, user.id)
    assert session.scalars(select(AuditEvent.action)).all() == ["passkey.added"]


def test_what_the_browser_is_asked_names_site_and_person(session, user, site, kept):
    asked = json.loads(factors.registration_options(session, user, site=site)[0])
    assert asked["rp"] == {"id": "localhost", "name": "Portal"}
    assert asked["user"]["name"] == "support@northwind.example"
    assert asked["authenticatorSelection"] == {"residentKey": "required", "requireResidentKey": True, "userVerification": "required"}
    assert [one["type"] for one in asked["excludeCredentials"]] == ["public-key"]
    assert asked["attestation"] == "none"


@pytest.mark.parametrize(
    "change", [{"origin": "http://evil.example"}, {"rp_id": "evil.example"}, {"verifies": False}, {"origin": "https://localhost"}]
)
def test_a_passkey_of_another_site_or_without_its_user_is_not_kept(session, user, site, by, change):
    with pytest.raises(PasskeyRefused):
        register(session, user, site, by, Device(**change))
    assert not factors.owed(session, user.id)


@pytest.mark.parametrize("credential", ["", "{}", "null", "[]", "nonsense", '{"id":"x","rawId":"x","type":"public-key","response":{}}'])
def test_nonsense_is_not_kept(session, user, site, by, credential):
    _, token = factors.registration_options(session, user, site=site)
    with pytest.raises(PasskeyRefused):
        factors.add_passkey(session, user, credential, token=token, name="", site=site, by=by)


def test_one_question_makes_one_passkey(session, user, site, by):
    device = Device()
    asked, token = factors.registration_options(session, user, site=site)
    credential = device.make(json.loads(asked))
    factors.add_passkey(session, user, credential, token=token, name="", site=site, by=by)
    with pytest.raises(PasskeyRefused):
        factors.add_passkey(session, user, Device().make(json.loads(asked)), token=token, name="", site=site, by=by)


def test_a_known_passkey_is_not_kept_twice(session, user, site, by, kept):
    with pytest.raises(PasskeyRefused, match="already"):
        register(session, user, site, by, kept[0])


def test_somebody_elses_question_makes_none(session, user, site, by, cast):
    other = session.get_one(User, cast.operators["owner"].id)
    asked, token = factors.registration_options(session, other, site=site)
    with pytest.raises(PasskeyRefused):
        factors.add_passkey(session, user, Device().make(json.loads(asked)), token=token, name="", site=site, by=by)


def test_a_passkey_says_who_it_is(session, site, kept):
    device, passkey = kept
    asked, token = ask(session, site)
    assert asked["userVerification"] == "required"
    assert not asked.get("allowCredentials")
    assert factors.shown(session, device.sign(asked), token=token, purpose="sign_in", site=site).id == passkey.id
    session.refresh(passkey)
    assert (passkey.sign_count, passkey.used_at is not None) == (1, True)


def test_a_question_is_answered_once(session, site, kept):
    asked, token = ask(session, site)
    assert factors.shown(session, kept[0].sign(asked), token=token, purpose="sign_in", site=site)
    assert not factors.shown(session, kept[0].sign(asked), token=token, purpose="sign_in", site=site)


def test_a_wrong_answer_uses_the_question_up(session, site, kept):
    asked, token = ask(session, site)
    assert not factors.shown(session, "nonsense", token=token, purpose="sign_in", site=site)
    assert not factors.shown(session, kept[0].sign(asked), token=token, purpose="sign_in", site=site)


def test_a_question_is_good_for_five_minutes_in_one_browser_for_one_thing(session, user, site, kept):
    device = kept[0]
    asked, token = ask(session, site)
    _, elsewhere = ask(session, site)
    assert not factors.shown(session, device.sign(asked), token=elsewhere, purpose="sign_in", site=site)
    assert not factors.shown(session, device.sign(asked), token="", purpose="sign_in", site=site)
    asked, token = ask(session, site, "prove", user.id)
    assert not factors.shown(session, device.sign(asked), token=token, purpose="second", site=site, user_id=user.id)
    asked, token = ask(session, site)
    with clock.frozen(clock.now() + timedelta(minutes=6)):
        assert not factors.shown(session, device.sign(asked), token=token, purpose="sign_in", site=site)


@pytest.mark.parametrize(
    "change", [{"origin": "http://evil.example"}, {"rp_id": "evil.example"}, {"verifies": False}, {"handle": b"x" * 16}]
)
def test_what_was_signed_elsewhere_or_without_the_user_opens_nothing(session, site, kept, change):
    device = kept[0]
    for name, value in change.items():
        setattr(device, name, value)
    asked, token = ask(session, site)
    assert not factors.shown(session, device.sign(asked), token=token, purpose="sign_in", site=site)


def test_as_a_second_step_the_device_need_not_verify(session, user, site, kept):
    kept[0].verifies = False
    asked, token = ask(session, site, "second", user.id)
    assert [one["type"] for one in asked["allowCredentials"]] == ["public-key"]
    assert factors.shown(session, kept[0].sign(asked), token=token, purpose="second", site=site, user_id=user.id)


def test_a_count_that_does_not_grow_tells_of_a_copy(session, site, kept):
    device = kept[0]
    device.count = 7
    asked, token = ask(session, site)
    assert factors.shown(session, device.sign(asked), token=token, purpose="sign_in", site=site)
    for count in (3, 7):
        device.count = count
        asked, token = ask(session, site)
        assert not factors.shown(session, device.sign(asked), token=token, purpose="sign_in", site=site)
        device.count, device.grows = 0, False
    device.count = 9
    asked, token = ask(session, site)
    assert factors.shown(session, device.sign(asked), token=token, purpose="sign_in", site=site)


def test_a_device_that_does_not_count_is_taken(session, site, kept):
    kept[0].grows = False
    for _ in range(2):
        asked, token = ask(session, site)
        assert factors.shown(session, kept[0].sign(asked), token=token, purpose="sign_in", site=site)


def test_another_key_under_a_known_name_opens_nothing(session, site, kept):
    copy = Device(credential_id=kept[0].credential_id, handle=kept[0].handle)
    asked, token = ask(session, site)
    assert not factors.shown(session, copy.sign(asked), token=token, purpose="sign_in", site=site)


def test_somebody_elses_passkey_is_no_second_step(session, site, kept, cast):
    other = cast.operators["owner"].id
    asked, token = ask(session, site, "second", other)
    assert not factors.shown(session, kept[0].sign(asked), token=token, purpose="second", site=site, user_id=other)


def test_a_removed_passkey_opens_nothing(session, user, site, by, kept):
    removed = factors.remove_passkey(session, user, kept[1], by=by)
    assert removed.last
    asked, token = ask(session, site)
    assert not factors.shown(session, kept[0].sign(asked), token=token, purpose="sign_in", site=site)
    assert not factors.owed(session, user.id)


def test_only_ones_own_are_found(session, user, kept, cast):
    assert factors.find_passkey(session, user.id, kept[1].id) is kept[1]
    with pytest.raises(NotFound):
        factors.find_passkey(session, cast.operators["owner"].id, kept[1].id)


def test_the_last_factor_of_a_role_that_needs_one_stays(session, user, site, by, kept, cast, vault):
    factors.ask_of_roles(session, ["support"], by=cast.operator("owner"))
    with pytest.raises(StillRequired):
        factors.remove_passkey(session, user, kept[1], by=by)
    _, second = register(session, user, site, by, name="Phone")
    assert not factors.remove_passkey(session, user, kept[1], by=by).last
    with pytest.raises(StillRequired):
        factors.remove_passkey(session, user, second, by=by)


def test_one_answer_given_sixteen_times_at_once_opens_once(database, cast, site, by):
    with database.writing() as db:
        device, _ = register(db, db.get_one(User, cast.operators["support"].id), site, by)
    with database.writing() as db:
        asked, token = ask(db, site)
    start, answer = Barrier(AT_ONCE), device.sign(asked)

    def give(_) -> bool:
        start.wait()
        return database.act(lambda db: factors.shown(db, answer, token=token, purpose="sign_in", site=site) is not None)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        assert sum(pool.map(give, range(AT_ONCE))) == 1
