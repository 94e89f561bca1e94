"""What becomes of mail by the server's temper, and what is told of it to whom."""

import asyncio
import contextlib
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.domain import communications, messages, outbox, suppressions
from portal.domain.outbox.holding import PER_ADDRESS
from portal.gateways.smtp import Smtp
from portal.model import Contact, Customer, EmailAttempt, EmailEvent, Suppression
from portal.values import clock
from portal.values.delivery import dead, full
from portal.worker import mail_job
from portal.worker.handing_over import HandingOver
from portal.worker.together import Together
from tests import factories
from tests.worker.conftest import FACTS


@pytest.fixture
def server(mail_server):
    return mail_server()


@pytest.fixture
def send(database, sent_by, server):
    """Let the worker send what is due, with little patience."""
    smtp = Smtp(f"smtp://127.0.0.1:{server.port}", timeout=1, last_timeout=1)
    yield lambda: mail_job.run(database, sent_by(server), smtp)
    smtp.close()


@pytest.fixture
def dripping():
    """A server that greets without end, a byte at a time."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=_drip, args=(listener,), daemon=True).start()
        yield listener.getsockname()[1]


def _drip(listener):
    with contextlib.suppress(OSError):
        connection, _ = listener.accept()
        with connection:
            while True:
                connection.sendall(b"2")
                time.sleep(0.05)


def contact_of(database, cast, role="owner") -> Contact:
    with database.reading() as session:
        return session.get_one(Contact, cast.own_contacts[role].id)


@pytest.mark.parametrize(
    ("code", "words", "is_dead"),
    [
        (550, "5.1.1 No such user", True),
        (550, "No such user here", True),
        (553, "sorry, that domain isn't in my list", True),
        (550, "5.4.1 Recipient address rejected: Access denied", True),
        (556, "5.1.10 Recipient address has null MX", True),
        (552, "5.2.2 Mailbox full", False),
        (550, "5.7.1 Message rejected as spam", False),
        (554, "5.7.1 Blocked, see 192.0.2.1", False),
        (554, "Transaction failed", False),
        (450, "4.1.1 Not now", False),
        (550, "rejected by 10.5.1.1", True),  # the code decides; the address of a host is no status
    ],
)
def test_which_refusals_say_that_the_address_is_dead(code, words, is_dead):
    assert dead(code, words) is is_dead


def test_what_takes_longer_to_mend():
    assert full(452, "Too many recipients")
    assert full(450, "4.2.2 Over quota")
    assert full(421, "4.7.0 Too much mail from you")
    assert not full(450, "Greylisted, try again")


@pytest.mark.parametrize(
    ("attempts", "code", "words", "options", "minutes"),
    [
        (1, None, "No connection", {}, 1),
        (3, None, "No connection", {}, 4),
        (9, 421, "4.3.2 Shutting down", {}, 30),
        (1, 451, "Greylisted", {}, 2),
        (3, 450, "4.2.1 Busy", {}, 18),
        (9, 450, "4.2.1 Busy", {}, 240),
        (1, 452, "4.2.2 Full", {}, 15),
        (2, 450, "4.2.2 Full", {}, 45),
        (1, None, "broke off", {"uncertain": True}, 15),
        (1, 451, "Greylisted", {"awaited": True}, 1 / 3),
        (5, 452, "Full", {"awaited": True}, 1),
        (1, None, "broke off", {"uncertain": True, "awaited": True}, 15),
    ],
)
def test_the_pause_is_by_what_the_server_said(attempts, code, words, options, minutes):
    assert outbox.pause(attempts, code, words, **options) == timedelta(minutes=minutes)


def test_a_server_that_hangs_after_the_message_is_tried_much_later_under_the_same_name(letters, send, server, rows):
    letters("a@b.example")
    server.data = "hang"
    send()
    (row,) = rows()
    assert row.state == "deferred"
    assert row.next_attempt_at > clock.now() + timedelta(minutes=14)
    server.data, first = None, row.message_id
    with clock.frozen(clock.now() + timedelta(minutes=16)):
        send()
    assert rows()[0].state == "sent"
    assert f"Message-ID: {first}\r\n".encode() in server.taken[0].content


def test_a_server_that_drops_in_the_middle_is_tried_later(letters, send, server, rows):
    letters("a@b.example", "c@d.example")
    server.data = "vanish"
    send()
    assert [row.state for row in rows()] == ["deferred", "deferred"]
    assert all("broke off" in row.reply for row in rows())


def test_a_slow_server_is_waited_for(letters, send, server, rows):
    letters("a@b.example")
    plain = server.handle_DATA

    async def slowly(smtp, session, envelope):
        await asyncio.sleep(0.4)
        return await plain(smtp, session, envelope)

    server.handle_DATA = slowly
    send()
    assert rows()[0].state == "sent"


def test_a_server_that_drips_without_end_is_left(letters, dripping, database, settings, rows):
    letters("a@b.example")
    smtp = Smtp(f"smtp://127.0.0.1:{dripping}", timeout=5)
    claimed = mail_job.claim(database, settings, lease=timedelta(seconds=2))
    HandingOver(database, settings, Together(database)).all(claimed, smtp)
    assert rows()[0].state == "deferred"


def test_a_message_queued_before_its_address_was_stopped_is_not_sent(credited, send, server, database, cast, rows):
    credited()
    with database.writing() as session:
        for person in ("vera", "bernd", "MARTA"):  # so that nobody takes over
            suppressions.add(session, f"{person}@gruenwald.example", scope="billing", reason="asked", by=cast.operator())
    send()
    (row,) = rows()
    assert (row.state, row.rule) == ("suppressed", "The address is on the list of those that are sent no billing mail.")
    assert server.taken == []


def test_a_message_queued_before_its_reader_left_the_topic_is_not_sent(credited, send, server, database, cast, rows):
    credited()
    with database.writing() as session:
        contact = session.get_one(Contact, cast.own_contacts["owner"].id)
        communications.choose(session, contact, {"wallet": False}, how="one_click", by=cast.operator())
    send()
    assert (rows()[0].state, rows()[0].rule) == ("suppressed", "Switched off.")


def happens_nothing(session, cast):
    return None


def happens_bounce(session, cast):
    suppressions.put(session, "marta@gruenwald.example", scope="all", reason="bounced", by=cast.operator())


def happens_complaint(session, cast):
    suppressions.put(session, "marta@gruenwald.example", scope="all", reason="complained", by=cast.operator())


def happens_topic(session, cast):
    suppressions.add(session, "marta@gruenwald.example", scope="wallet", reason="asked", by=cast.operator())


def happens_marketing(session, cast):
    suppressions.add(session, "marta@gruenwald.example", scope="marketing", reason="asked", by=cast.operator())


def happens_switch(session, cast):
    session.get_one(Customer, cast.own.id).communications = False


def happens_archive(session, cast):
    session.get_one(Customer, cast.own.id).status = "archived"


@pytest.mark.parametrize(
    "happens", [happens_nothing, happens_bounce, happens_complaint, happens_topic, happens_marketing, happens_switch, happens_archive]
)
def test_who_will_get_this_says_what_sending_does(credited, send, server, database, cast, rows, happens):
    """The explanation and the deed are one function: what it says of a topic is what becomes of a message of it."""
    credited()
    with database.writing() as session:
        for person in ("vera", "bernd"):  # so that nobody takes over
            suppressions.put(session, f"{person}@gruenwald.example", scope="all", reason="operator", by=cast.operator())
        happens(session, cast)
    with database.reading() as session:
        verdicts = communications.recipients(session, session.get_one(Customer, cast.own.id), "wallet")
    said = next(one for one in verdicts if one.contact.id == cast.own_contacts["owner"].id)
    send()
    (row,) = rows()
    assert (row.state == "sent") is said.will
    assert row.rule == ("" if said.will else said.because)
    assert len(server.taken) == said.will


@pytest.mark.parametrize(("scope", "reason"), [("all", "complained"), ("billing", "asked"), ("marketing", "operator"), ("all", "operator")])
def test_no_opt_out_stops_essential_mail(letters, send, server, database, cast, scope, reason):
    letters("marta@gruenwald.example")
    with database.writing() as session:
        suppressions.put(session, "marta@gruenwald.example", scope=scope, reason=reason, by=cast.operator())
    send()
    assert len([one for one in server.taken if one.rcpt_tos == ["marta@gruenwald.example"]]) == 1


def test_a_dead_address_stops_essential_mail_and_says_so(letters, send, server, database, cast, rows):
    letters("marta@gruenwald.example")
    with database.writing() as session:
        suppressions.put(session, "marta@gruenwald.example", scope="all", reason="bounced", by=cast.operator())
    send()
    assert rows()[0].state == "suppressed"
    assert "Only a sign-in link that somebody asks for is tried." in rows()[0].rule
    assert [one for one in server.taken if one.rcpt_tos == ["marta@gruenwald.example"]] == []


def test_one_address_gets_so_many_an_hour_and_the_rest_waits_with_its_rule(credited, letters, send, server, rows, database):
    credited(PER_ADDRESS + 2)
    letters("marta@gruenwald.example")
    while send():
        pass
    held = [row for row in rows() if row.state == "queued"]
    assert len(server.taken) == PER_ADDRESS + 1
    assert [row.rule for row in held] == [f"{PER_ADDRESS} messages went to this address within the hour; the next ones wait."] * 2
    with database.reading() as session:
        assert session.scalars(select(EmailAttempt.outcome).where(EmailAttempt.message_id == held[0].id)).all() == ["held"]
    with clock.frozen(clock.now() + timedelta(minutes=61)):
        while send():
            pass
    assert {row.state for row in rows()} == {"sent"}


def test_a_refused_recipient_is_a_bounce_of_every_contact_with_the_address(letters, send, server, database, cast):
    with database.writing() as session:
        factories.contact(session, session.merge(cast.neighbour), "marta@gruenwald.example")
    letters("marta@gruenwald.example")
    server.rcpt = "550 5.1.1 No such user"
    send()
    with database.reading() as session:
        states = session.scalars(select(Contact.bounce_state).where(Contact.email_key == "marta@gruenwald.example")).all()
        listed = session.scalars(select(Suppression)).one()
        told = session.scalars(select(EmailEvent)).one()
    assert states == ["hard", "hard"]
    assert (listed.scope, listed.reason, listed.note) == ("all", "bounced", "550 5.1.1 No such user")
    assert (told.provider, told.kind, told.hard) == ("smtp", "bounced", True)


def test_a_full_mailbox_is_a_soft_bounce_and_five_of_them_stop_mail(letters, send, server, database, cast):
    server.rcpt = "552 5.2.2 Mailbox full"
    for number in range(5):
        assert contact_of(database, cast).bounce_state == ("soft" if number else "none")
        with database.writing() as session:
            to = messages.Recipient(address="marta@gruenwald.example")
            messages.queue(session, "address_in_use", to=to, facts=FACTS, why="A test.", key=f"full-{number}")
        send()
    assert contact_of(database, cast).bounce_state == "hard"
    with database.reading() as session:
        assert "5 messages came back within 30 days" in session.scalars(select(Suppression.note)).one()


def test_what_is_refused_for_its_content_says_nothing_about_the_address(letters, send, server, database, cast, rows):
    letters("marta@gruenwald.example")
    server.rcpt = "550 5.7.1 Rejected as spam"
    send()
    assert rows()[0].state == "bounced"
    assert contact_of(database, cast).bounce_state == "soft"


def test_the_name_that_the_server_gave_is_kept(letters, send, server, database, rows):
    letters("a@b.example")
    server.data = "250 Ok 0102018f5c3a7b1e-0a1b2c3d-000000"
    send()
    assert rows()[0].provider_ref == "0102018f5c3a7b1e-0a1b2c3d-000000"


def test_a_worker_that_was_overtaken_takes_nothing_back(letters, database, settings, rows):
    letters("a@b.example")
    slow = mail_job.claim(database, settings, lease=timedelta(seconds=60))[0]
    with clock.frozen(clock.now() + timedelta(seconds=61)):
        other = mail_job.claim(database, settings, lease=timedelta(seconds=60))[0]
        with database.writing() as session:
            outbox.accepted(session, other, "2.0.0 Ok", signed=False)
            outbox.deferred(session, slow, 451, "Late")
    assert rows()[0].state == "sent"
    with database.reading() as session:
        assert session.scalars(select(EmailAttempt.outcome).order_by(EmailAttempt.at)).all() == ["accepted", "deferred"]


def test_no_two_workers_claim_one_message(letters, database, settings):
    letters(*(f"a{number}@b{number}.example" for number in range(40)))
    with ThreadPoolExecutor(4) as pool:
        claims = list(pool.map(lambda _: mail_job.claim(database, settings, limit=20), range(4)))
    claimed = [message.id for claim in claims for message in claim]
    assert len(claimed) == len(set(claimed)) == 40
