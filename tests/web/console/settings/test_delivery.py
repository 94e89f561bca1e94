"""How reports come in: doors opened, secrets shown once, reports that fit nothing."""

import re
from datetime import timedelta

import pytest

from portal.domain import delivery
from portal.model import Setting
from portal.values import clock
from portal.values.delivery import Report

HERE = "/console/settings/delivery"
TOPIC = "arn:aws:sns:eu-central-1:123456789012:portal-mail"


def opened(database) -> set[str]:
    with database.reading() as session:
        return {hook.provider for hook in delivery.hooks(session) if hook.on}


def test_at_first_every_door_is_shut(client, database):
    page = client.as_operator("manager").get(HERE)
    assert page.text.count("none yet") == 3
    assert "http://localhost/hooks/mail/portal" in page.text
    assert opened(database) == set()


@pytest.mark.parametrize(
    ("name", "shape"), [("portal", r"whsec_[A-Za-z0-9+/=]{32}"), ("postmark", r"http://portal:[A-Za-z0-9+/=]{32}@localhost")]
)
def test_a_secret_is_made_shown_once_and_kept_sealed(client, database, name, shape):
    manager = client.as_operator("manager")
    page = manager.follow(manager.submit(manager.get(HERE), f"{HERE}/{name}"))
    secret = page.find("input", id="secret").get("value")
    assert re.match(shape, secret)
    assert not manager.get(HERE).find_all("input", id="secret")
    assert opened(database) == {name}
    with database.reading() as session:
        kept = session.get_one(Setting, f"mail_hook_{name}").value
    assert secret not in str(kept)
    assert secret.removeprefix("whsec_") not in str(kept)


@pytest.fixture
def two(client, database):
    """Make a secret twice; gives the manager and both secrets, the former first."""
    manager = client.as_operator("manager")
    secrets = []
    for _ in range(2):
        page = manager.follow(manager.submit(manager.get(HERE), f"{HERE}/portal"))
        secrets.append(page.find("input", id="secret").get("value"))
    return manager, secrets


def believed(database, app) -> list[str]:
    with database.reading() as session:
        return delivery.secrets_of(session, "portal", vault=app.extensions["vault"])


def test_another_secret_lets_the_one_before_hold_for_a_day_and_the_page_says_until_when(two, client, database, app):
    manager, (former, present) = two
    assert believed(database, app) == [present, former]
    page = manager.get(HERE)
    assert re.search(r"Secret before this one\s*holds until \d", page.text)
    assert former not in page.body
    assert present not in page.body
    with clock.frozen(clock.now() + delivery.OVERLAP + timedelta(seconds=1)):
        assert believed(database, app) == [present]
        assert "Secret before this one" not in client.as_operator("manager").get(HERE).text


def test_the_secret_before_is_ended_by_hand(two, database, app):
    manager, (_, present) = two
    page = manager.follow(manager.submit(manager.get(HERE), f"{HERE}/portal/former/removal"))
    assert "The secret before this one holds no more." in page.text
    assert believed(database, app) == [present]
    assert not page.find_all("form", action=f"{HERE}/portal/former/removal")


def test_a_reader_cannot_end_the_secret_before(two, client, database, app):
    reader = client.as_operator("finance")
    assert not reader.get(HERE).find_all("form", action=f"{HERE}/portal/former/removal")
    reader.post(f"{HERE}/portal/former/removal", status=403)
    assert len(believed(database, app)) == 2


def test_a_door_is_shut_for_both_secrets(two, database, app):
    manager, _ = two
    page = manager.follow(manager.submit(manager.get(HERE), f"{HERE}/portal/removal"))
    assert "Nothing is taken from Portal’s own shape any more." in page.text
    assert opened(database) == set()
    assert believed(database, app) == []


def test_amazons_topic_is_entered(client, database):
    manager = client.as_operator("manager")
    page = manager.follow(manager.submit(manager.get(HERE), f"{HERE}/ses", {"topic": TOPIC}))
    assert TOPIC in page.text
    assert opened(database) == {"ses"}


@pytest.mark.parametrize(
    ("typed", "sentence"), [("", "The topic is missing"), ("arn:aws:s3:::x", "written as Amazon shows it"), ("x" * 300, "")]
)
def test_a_topic_that_is_none_is_said_at_its_field(client, database, typed, sentence):
    manager = client.as_operator("manager")
    page = manager.submit(manager.get(HERE), f"{HERE}/ses", {"topic": typed}, status=422)
    assert sentence in page.text
    assert opened(database) == set()


def test_a_provider_that_is_none(client):
    manager = client.as_operator("manager")
    manager.get(HERE)
    manager.post(f"{HERE}/nobody", status=404)


def test_reports_that_fit_nothing_are_shown(client, database, cast):
    with database.writing() as session:
        stray = Report(provider_event_id="1", kind="bounced", at=clock.now(), address="who@else.example", words="<b>550</b> No")
        delivery.take(session, stray, provider="ses")
    page = client.as_operator("support").get(HERE)
    assert "who@else.example" in page.text
    assert "<b>550</b> No" in page.text


@pytest.mark.parametrize("role", ["finance", "support"])
def test_those_who_may_only_read_open_nothing(client, database, role):
    reader = client.as_operator(role)
    assert not reader.get(HERE).find_all("form", action=f"{HERE}/portal")
    reader.post(f"{HERE}/portal", status=403)
    assert opened(database) == set()
