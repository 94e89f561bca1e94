"""What the page of a broadcast asks again and again is answered by indexes, however many messages and choices there are."""

from datetime import timedelta

import pytest
from sqlalchemy import insert, text

from portal.domain import broadcasts
from portal.model import Broadcast, EmailMessage, PreferenceReceipt
from portal.values import clock, ids
from tests import factories
from tests.plans import explained, ready

READERS = 300


@pytest.fixture
def gone_out(session, cast) -> Broadcast:
    """A broadcast to very many, some of whom have switched its topic off since, as others had before."""
    began = clock.now() - timedelta(hours=1)
    made = Broadcast(
        name="Spring", state="done", topic="news", view="all", view_name="All", counts={}, progress={}, scheduled_at=began, started_at=began
    )
    session.add(made)
    session.flush()
    people = [factories.contact(session, cast.own, f"reader{number}@nachbar.example") for number in range(READERS)]
    session.execute(insert(PreferenceReceipt), [_choice(one, clock.now() - timedelta(days=9)) for one in people])
    session.execute(text("ANALYZE"))  # long ago: nothing is known yet of the messages
    session.execute(insert(EmailMessage), [_message(cast, made, one, number) for number, one in enumerate(people)])
    session.execute(insert(PreferenceReceipt), [_choice(one, clock.now()) for one in people[:7] + people[:2]])
    session.execute(insert(PreferenceReceipt), [_choice(factories.contact(session, cast.own, "other@nachbar.example"), clock.now())])
    ready(session, "email_message", "preference_receipt")
    return made


def _message(cast, broadcast, contact, number) -> dict:
    said = {"id": ids.new_id(), "sender_id": cast.sender.id, "contact_id": contact.id, "customer_id": cast.own.id}
    to = {"to_address": contact.email, "to_key": contact.email_key, "letter": "broadcast", "topic": "news"}
    return said | to | {"broadcast_id": broadcast.id, "dedup_key": f"b-{number}", "state": "delivered" if number % 3 else "bounced"}


def _choice(contact, at) -> dict:
    return {"id": ids.new_id(), "contact_id": contact.id, "topic": "news", "before": True, "wanted": False, "how": "link"} | {
        "actor_kind": "link", "chosen_at": at,
    }  # fmt: skip


def test_who_left_since_is_found_from_those_who_left(session, gone_out):
    found = []
    plan = explained(session, "preference_receipt", lambda: found.append(broadcasts.result(session, gone_out)))
    assert found[0].left_since == 7
    assert "ix_preference_receipt_off" in plan
    assert session.get_bind().dialect.name == "postgresql" or "ix_email_message_contact" in plan  # which joins so few rows otherwise


def test_states_are_counted_in_the_index_alone(session, gone_out):
    found = []
    plan = explained(session, "email_message", lambda: found.append(broadcasts.result(session, gone_out)))
    assert found[0].states == {"delivered": 200, "bounced": 100}
    assert "ix_email_message_broadcast" in plan
    assert "TEMP B-TREE FOR GROUP BY" not in plan
