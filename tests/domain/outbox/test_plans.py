"""What is asked of the outbox many times a minute is answered by its indexes, however long the log of what was sent has grown."""

from datetime import timedelta

import pytest
from sqlalchemy import insert

from portal.domain import delivery, outbox
from portal.domain.outbox import claiming
from portal.model import EmailMessage
from portal.values import clock, ids
from portal.values.delivery import DELIVERED, Report
from tests.plans import explained, ready

SENT, WAITING = 1_000, 200


@pytest.fixture
def log(session, cast):
    """Very many messages that went out, some that wait, and some that are being handed over."""
    now, rows = clock.now(), []
    states = ["sent"] * SENT + ["queued"] * WAITING + ["sending"] * 10
    for number, state in enumerate(states):
        rows.append(
            {
                "id": ids.new_id(),
                "sender_id": cast.sender.id,
                "to_address": f"reader{number}@domain{number % 40}.example",
                "to_key": f"reader{number}@domain{number % 40}.example",
                "letter": "wallet_credited",
                "topic": "security" if number % 7 == 0 else "wallet",
                "dedup_key": f"plan-{number}",
                "state": state,
                "message_id": f"<{number}@northwind.example>" if state == "sent" else "",
                "provider_ref": f"ref-{number}" if state == "sent" else "",
                "next_attempt_at": now - timedelta(minutes=1),
                "claimed_until": now + timedelta(minutes=4) if state == "sending" else None,
                "sent_at": now if state == "sent" else None,
                "created_at": now - timedelta(days=1),
            }
        )
    session.execute(insert(EmailMessage), rows)
    ready(session, "email_message")
    return session


def test_what_is_due_is_found_in_the_order_it_is_due(log):
    plan = explained(log, "email_message", lambda: outbox.due(log, limit=100))
    assert "ix_email_message_urgent" in plan
    assert "ix_email_message_due" in plan
    assert "SCAN email_message\n" not in plan + "\n"
    assert "TEMP B-TREE" not in plan
    assert "Seq Scan" not in plan


def test_what_is_being_handed_over_is_found_by_its_index(log):
    plan = explained(log, "email_message", lambda: claiming._busy_domains(log, clock.now(), 6))
    assert "ix_email_message_sending" in plan


@pytest.mark.parametrize(
    ("named", "index"),
    [
        ({"message_ids": ("<5@northwind.example>",)}, "ix_email_message_message_id"),
        ({"provider_ref": "ref-5"}, "ix_email_message_provider_ref"),
    ],
)
def test_the_message_of_a_report_is_found_by_its_index(log, named, index):
    report = Report(provider_event_id="1", kind=DELIVERED, at=clock.now(), **named)
    taken = []
    plan = explained(log, "email_message", lambda: taken.append(delivery.take(log, report, provider="portal")))
    assert taken[0].message is not None
    assert index in plan
