"""portal bounces: a message, an mbox, a Maildir, or a pipe."""

import mailbox
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from portal.cli import main
from portal.domain import messages
from portal.domain.messages import Recipient
from portal.model import EmailMessage
from portal.values import clock

SAMPLES = Path(__file__).parents[1] / "data" / "returned"


@pytest.fixture
def ours(database, cast, environment):
    """The message that the samples speak of."""
    with database.writing() as session:
        to = Recipient(address="marta@gruenwald.example")
        made = messages.queue(session, "address_in_use", to=to, facts={"asked_at": "2026-11-23T08:14:00+00:00"}, why="A test.", key="1")
        made.state, made.sent_at = "sent", clock.now()
        made.message_id = "<019201e4-0000-7000-8000-00000000c0de@northwind.example>"


def state(database) -> str:
    with database.reading() as session:
        return session.scalars(select(EmailMessage.state).where(EmailMessage.letter == "address_in_use")).one()


def test_one_message_in_a_file(run, ours, database):
    assert run("bounces", SAMPLES / "exchange.eml").output == "1 message read, 1 report found, 1 about mail of ours.\n"
    assert state(database) == "bounced"


def test_one_message_from_a_pipe(ours, database):
    result = CliRunner().invoke(main, ["bounces", "-"], input=(SAMPLES / "complaint.eml").read_bytes())
    assert (result.exit_code, result.output) == (0, "1 message read, 1 report found, 1 about mail of ours.\n")
    assert state(database) == "complained"


@pytest.mark.parametrize("kind", [mailbox.mbox, mailbox.Maildir])
def test_a_mailbox_on_disk_with_other_mail_in_it(run, ours, database, tmp_path, kind):
    box = kind(tmp_path / "box")
    for name in ("postfix-delayed", "out-of-office", "qmail"):
        box.add((SAMPLES / f"{name}.eml").read_bytes())
    box.close()
    assert run("bounces", tmp_path / "box").output == "3 messages read, 2 reports found, 2 about mail of ours.\n"
    assert state(database) == "bounced"
    assert run("bounces", tmp_path / "box").output.startswith("3 messages read, 2 reports found")


def test_what_is_no_report_is_passed_over(run, environment, database, cast, tmp_path):
    (tmp_path / "x").write_bytes(b"\x00\xff not mail")
    assert run("bounces", tmp_path / "x").output == "1 message read, 0 reports found, 0 about mail of ours.\n"


def test_a_file_that_is_not_there(run, environment):
    run("bounces", "/nowhere/at/all", status=2)
