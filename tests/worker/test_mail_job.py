"""Mail goes out once, over a real conversation, with its outcome written down."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.domain import actors, messages, outbox
from portal.gateways.smtp import Smtp
from portal.model import Contact, EmailAttempt, EmailLink, EmailMessage
from portal.values import clock, tokens
from portal.worker import mail_job

FACTS = {
    "amount": 2500,
    "before": 0,
    "after": 2500,
    "currency": "EUR",
    "reason": "Goodwill",
    "text": "Sorry",
    "posted_at": "2026-11-23T08:14:00+00:00",
}
OPEN_WALLET = {"open_wallet": {"purpose": "sign_in", "target": "/account"}}


@pytest.fixture
def server(mail_server):
    return mail_server()


@pytest.fixture
def send(database, settings, server):
    """Let the worker send what is due, and give the rows afterwards."""
    used = replace(settings, smtp_url=f"smtp://127.0.0.1:{server.port}")
    smtp = Smtp(used.smtp_url, timeout=2)

    def act() -> list[EmailMessage]:
        mail_job.run(database, used, smtp)
        with database.reading() as session:
            return list(session.scalars(select(EmailMessage).order_by(EmailMessage.created_at)))

    yield act
    smtp.close()


@pytest.fixture
def told(database, cast):
    """Write one wallet message to whoever gets wallet activity at our customer: its owner."""
    with database.writing() as session:
        customer = session.merge(cast.own)
        made = messages.tell(session, customer, "wallet", "wallet_credited", facts=FACTS, links=OPEN_WALLET, key="entry-1")
    assert [message.to_address for message in made] == ["marta@gruenwald.example"]
    return made[0]


def test_a_message_is_sent_once_and_its_outcome_kept(told, send, server, database):
    (row,) = send()
    assert row.state == "sent"
    assert row.subject == "You have 25.00 EUR more credit"
    assert send()[0].attempts == 1
    assert len(server.taken) == 1
    with database.reading() as session:
        assert session.scalars(select(EmailAttempt.outcome)).all() == ["accepted"]


def test_the_same_key_writes_one_message(told, database, cast):
    with database.writing() as session:
        again = messages.tell(session, session.merge(cast.own), "wallet", "wallet_credited", facts=FACTS, links=OPEN_WALLET, key="entry-1")
    assert again == []


def test_it_carries_one_click_unsubscription_and_no_token_is_stored(told, send, server, database):
    send()
    raw = server.taken[0].content.decode()
    assert "List-Unsubscribe-Post: List-Unsubscribe=One-Click" in raw
    token = raw.split("List-Unsubscribe: <http://localhost/links/unsubscribe/")[1].split(">")[0]
    with database.reading() as session:
        links = session.scalars(select(EmailLink)).all()
        assert {link.purpose for link in links} >= {"sign_in", "preferences", "unsubscribe"}
        assert tokens.digest(token) in {link.digest for link in links}
        assert token not in str(session.scalars(select(EmailMessage)).one().facts)


def test_a_deferral_is_tried_again_later(told, send, server):
    server.rcpt = "451 4.3.0 Try later"
    (row,) = send()
    assert (row.state, row.reply) == ("deferred", "4.3.0 Try later")
    assert row.next_attempt_at > clock.now()
    assert send()[0].attempts == 1
    server.rcpt = None
    with clock.frozen(clock.now() + timedelta(minutes=3)):
        assert send()[0].state == "sent"


def test_it_gives_up_after_two_days(told, send, server):
    server.rcpt = "451 4.3.0 Try later"
    now = clock.now()
    for hours in range(0, 100, 4):
        with clock.frozen(now + timedelta(hours=hours)):
            (row,) = send()
    assert (row.state, row.rule) == ("failed", "It could not be handed over in two days.")
    assert row.next_attempt_at < now + outbox.GIVES_UP_AFTER


def test_a_refused_recipient_bounces(told, send, server, database, cast):
    server.rcpt = "550 5.1.1 No such user"
    row = next(row for row in send() if row.id == told.id)
    assert row.state == "bounced"
    with database.reading() as session:
        assert session.get(Contact, cast.own_contacts["owner"].id).bounce_state == "hard"


def test_a_refused_message_does_not_brand_the_address(told, send, server, database, cast):
    server.data = "552 5.3.4 Too large"
    (row,) = send()
    assert row.state == "bounced"
    with database.reading() as session:
        assert session.get(Contact, cast.own_contacts["owner"].id).bounce_state == "none"


def test_a_server_that_is_gone_defers(told, database, settings):
    smtp = Smtp("smtp://127.0.0.1:1", timeout=1)
    mail_job.run(database, settings, smtp)
    with database.reading() as session:
        row = session.scalars(select(EmailMessage)).one()
    assert row.state == "deferred"
    assert "No connection" in row.reply


def test_a_claimed_message_is_left_to_its_worker_until_the_lease_runs_out(told, send, server, database, settings):
    with database.writing() as session:
        assert outbox.claim(session, told.id, secret_key=b"k" * 32, public_url="http://localhost") is not None
    assert send()[0].state == "sending"
    with clock.frozen(clock.now() + outbox.LEASE + timedelta(seconds=1)):
        assert send()[0].state == "sent"
    assert len(server.taken) == 1


def test_a_letter_that_cannot_be_made_fails_and_the_next_goes_out(told, send, server, database, cast):
    with database.writing() as session:
        person = messages.Recipient(address="x@example.org")
        messages.queue(session, "wallet_credited", to=person, facts={}, why="for no reason", key="broken")
    states = {row.dedup_key[:6]: row.state for row in send()}
    assert states == {"entry-": "sent", "broken": "failed"}


def test_sending_again_is_a_new_message(told, send, server, database):
    send()
    with database.writing() as session:
        messages.send_again(session, session.get(EmailMessage, told.id), by=actors.system("cli"))
    send()
    assert len(server.taken) == 2
