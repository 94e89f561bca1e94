"""Returned mail of many servers, read after RFC 3464 and RFC 5965."""

from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.gateways import reports

SAMPLES = Path(__file__).parents[1] / "data" / "returned"
OWN = UUID("019201e4-1111-7000-8000-00000000beef")
NAMED = ("<019201e4-0000-7000-8000-00000000c0de@northwind.example>",)


def sample(name: str) -> bytes:
    return (SAMPLES / f"{name}.eml").read_bytes()


@pytest.mark.parametrize(
    ("name", "kind", "hard", "own", "words"),
    [
        ("postfix-unknown-user", "bounced", True, OWN, "550 5.1.1 <marta@gruenwald.example>: Recipient address rejected"),
        ("postfix-delayed", "deferred", False, OWN, "Connection timed out"),
        ("exim", "bounced", True, OWN, "550 No such user here"),
        ("exim-plain", "bounced", False, OWN, "552 5.2.2 Mailbox is full"),
        ("exchange", "bounced", True, None, "550 5.4.1 Recipient address rejected"),
        ("gmail", "bounced", True, OWN, "does not exist"),
        ("qmail", "bounced", True, OWN, "550 5.1.1 unknown user"),
        ("complaint", "complained", False, OWN, "Feedback of the type abuse, from mail.bigmail.example"),
    ],
)
def test_what_each_server_tells(name, kind, hard, own, words):
    (told,) = reports.read(sample(name))
    assert (told.kind, told.hard, told.own_id, told.message_ids) == (kind, hard, own, NAMED)
    assert told.address == "marta@gruenwald.example"
    assert words in told.words
    assert told.at.date() == datetime(2026, 11, 23, tzinfo=UTC).date()


def test_the_same_report_has_the_same_name_and_another_another():
    names = [reports.read(sample(name))[0].provider_event_id for name in ("exim", "exim", "gmail")]
    assert names[0] == names[1] != names[2]


def test_an_answer_of_a_person_tells_nothing():
    assert reports.read(sample("out-of-office")) == []


@pytest.mark.parametrize("kind", [b"not-spam", b"auth-failure", b"nonsense"])
def test_feedback_that_is_no_complaint_tells_nothing(kind):
    assert reports.read(sample("complaint").replace(b"Feedback-Type: abuse", b"Feedback-Type: " + kind)) == []


def test_delivered_relayed_and_expanded_are_delivered():
    for action in (b"delivered", b"relayed (to non-DSN-aware mailer)", b"expanded"):
        (told,) = reports.read(sample("postfix-unknown-user").replace(b"Action: failed", b"Action: " + action))
        assert (told.kind, told.hard) == ("delivered", False)


def test_a_failure_without_a_code_is_soft():
    content = sample("exim").replace(b"Diagnostic-Code: smtp; 550 No such user here\r\n", b"")
    assert [(told.kind, told.hard) for told in reports.read(content)] == [("bounced", False)]


def test_a_bounce_without_the_returned_head_is_known_by_the_address_it_came_to():
    head, _, rest = sample("gmail").partition(b"--000000000000a1b2c3\r\nContent-Type: message/rfc822")
    (told,) = reports.read(head)
    assert rest
    assert told.own_id == OWN


@pytest.mark.parametrize("name", sorted(path.stem for path in SAMPLES.glob("*.eml")))
def test_a_report_cut_anywhere_is_read_without_a_fault(name):
    content = sample(name)
    for end in range(0, len(content), 37):
        assert isinstance(reports.read(content[:end]), list)


@given(st.binary(max_size=400))
def test_any_bytes_are_read_without_a_fault(content):
    assert isinstance(
        reports.read(b"Content-Type: multipart/report; report-type=delivery-status; boundary=a\r\n\r\n--a\r\n" + content), list
    )
    assert isinstance(reports.read(content), list)
