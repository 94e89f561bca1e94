"""Finding messages: what a line and the filters find, page by page, and that no table is scanned for it."""

from datetime import timedelta

import pytest
from sqlalchemy import event, insert, text

from portal.domain import mail_log, search
from portal.domain.mail_log import Filters, looking, streams
from portal.model import Broadcast, EmailMessage
from portal.values import clock, ids
from portal.values.text import fold
from tests import factories


@pytest.fixture
def write(session, cast):
    """Write messages straight into the log, a minute apart, the last one the newest: write({"to": ..., "subject": ...}, ...)."""
    start = clock.now() - timedelta(days=10)
    made = []

    def do(*rows: dict) -> list:
        values = []
        for row in rows:
            at = start + timedelta(minutes=len(made))
            to, subject = row.pop("to", "marta@gruenwald.example"), row.pop("subject", "You have 25.00 EUR more credit")
            made.append(ids.new_id())
            values.append(
                {
                    **{"customer_id": cast.own.id, "contact_id": None, "user_id": None, "sender_id": cast.sender.id, "to_name": ""},
                    **{"letter": "wallet_credited", "topic": "wallet", "state": "sent", "to_address": to, "to_key": to.lower()},
                    **{"subject": subject, "subject_key": fold(subject)[:80], "dedup_key": str(made[-1]), "id": made[-1]},
                    **{"created_at": at, "next_attempt_at": at},
                    **{"broadcast_id": None} | row,
                }
            )
        session.execute(insert(EmailMessage), values)
        return made[-len(rows) :]

    return do


def found(session, **asked) -> list:
    return [row.id for row in mail_log.page(session, Filters(**asked)).rows]


def test_an_address_is_found_whole_and_by_its_beginning_in_any_case(session, write):
    first, other = write({"to": "Marta@gruenwald.example"}, {"to": "nora@nachbar.example"})
    assert found(session, q="MARTA@gruenwald.example") == [first]
    assert found(session, q="nor") == [other]
    assert found(session, q="nora@nachbar.exa") == [other]
    assert found(session, q="nachbar.example") == []


def test_a_beginning_that_many_addresses_have_finds_all_of_them_page_by_page(session, write):
    made = write(*({"to": f"reader{number:03}@many.example"} for number in range(120)))
    page = mail_log.page(session, Filters(q="reader"))
    assert (page.count.number, page.count.more, len(page.rows)) == (120, False, mail_log.PAGE)
    second = mail_log.page(session, Filters(q="reader"), before=page.older)
    third = mail_log.page(session, Filters(q="reader"), before=second.older)
    assert [row.id for one in (page, second, third) for row in one.rows] == made[::-1]
    assert third.older is None


def test_a_beginning_that_too_many_messages_have_is_looked_through(session, write, monkeypatch):
    monkeypatch.setattr(looking, "GATHERED", 50)
    made = write(*({"to": f"reader{number:03}@many.example"} for number in range(60)))
    page = mail_log.page(session, Filters(q="reader"))
    assert [row.id for row in page.rows] == made[: 60 - mail_log.PAGE - 1 : -1]
    second = mail_log.page(session, Filters(q="reader"), before=page.older)
    assert ([row.id for row in second.rows], second.older) == (made[9::-1], None)


def test_a_subject_a_customer_and_a_person_are_found(session, cast, write):
    own = write({"subject": "Deine Überweisung", "contact_id": cast.own_contacts["viewer"].id})
    other = write({"customer_id": cast.neighbour.id, "subject": "Something else", "to": "nora@nachbar.example"})
    search.index(session, [cast.own.id, cast.neighbour.id])
    assert found(session, q="deine uberw") == own
    assert found(session, q="Nachbar A") == other
    assert found(session, q="cust-58") == other
    assert found(session, q="vera") == own


def test_a_message_that_fits_in_two_ways_is_found_once(session, cast, write):
    made = write({"customer_id": cast.neighbour.id, "to": "nachbar@nachbar.example", "subject": "Nachbar writes"})
    assert found(session, q="nachbar") == made


def test_filters_narrow_and_hold_together(session, cast, write):
    other_sender = factories.entity(session, name="Southwind", is_default=False)[1]
    bounced, invite, elsewhere, old = write(
        {"state": "bounced"},
        {"letter": "contact_invite", "topic": "security"},
        {"sender_id": other_sender.id, "customer_id": cast.neighbour.id},
        {"created_at": clock.now() - timedelta(days=40)},
    )
    assert found(session, state="bounced") == [bounced]
    assert found(session, letter="contact_invite") == [invite]
    assert found(session, topic="security") == [invite]
    assert found(session, topic="wallet", state="bounced") == [bounced]
    assert found(session, sender_id=other_sender.id) == [elsewhere]
    assert found(session, customer_id=cast.neighbour.id) == [elsewhere]
    assert found(session, until=clock.now() - timedelta(days=30)) == [old]
    assert found(session, since=clock.now() - timedelta(days=30)) == [elsewhere, invite, bounced]
    assert found(session, q="marta@", state="bounced", letter="wallet_credited") == [bounced]
    assert found(session, state="failed") == []


def test_messages_of_one_broadcast_are_found_whatever_became_of_them_and_by_their_topic(session, cast, write):
    made = Broadcast(name="Spring", topic="news", view="all", view_name="All", business_entity_id=cast.entity.id, count_state="counted")
    session.add(made)
    session.flush()
    of_it = {"broadcast_id": made.id, "letter": "broadcast", "topic": "news.events"}
    one, other, _ = write({**of_it, "state": "bounced"}, {**of_it}, {"broadcast_id": None})
    assert found(session, broadcast_id=made.id) == [other, one]
    assert found(session, broadcast_id=made.id, state="bounced") == [one]
    assert found(session, topic="news.events") == [other, one]
    assert found(session, topic="news.events", broadcast_id=made.id, q="marta") == [other, one]
    assert found(session, broadcast_id=made.id, customer_id=cast.own.id, letter="broadcast") == [other, one]


def test_what_an_index_does_not_answer_is_looked_through_so_far_and_says_so(session, write, monkeypatch):
    monkeypatch.setattr(streams, "WINDOW", 60)
    wanted, *_ = write({"state": "delivered", "letter": "low_balance"}, *({} for _ in range(150)))
    page = mail_log.page(session, Filters(state="delivered"))
    looked = 0
    while not page.rows:
        assert page.looked_to is not None
        assert page.count is None
        page, looked = mail_log.page(session, Filters(state="delivered"), before=page.older), looked + 1
    assert ([row.id for row in page.rows], looked) == ([wanted], 2)
    assert page.older is None


def test_more_than_a_thousand_are_counted_as_such(session, write):
    write(*({} for _ in range(1005)))
    assert str(mail_log.page(session, Filters()).count) == "1,000+"


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"q": "reader"},
        {"q": "reader001@many.example"},
        {"q": "you have"},
        {"q": "nachbar"},
        {"state": "bounced"},
        {"state": "delivered"},
        {"letter": "low_balance"},
        {"topic": "security"},
        {"customer": True},
        {"sender": True},
        {"state": "bounced", "letter": "low_balance", "customer": True},
    ],
    ids=str,
)
def test_no_search_scans_the_table(session, cast, write, asked):
    write(*({"to": f"reader{number:03}@many.example", "subject": f"You have {number}.00 EUR more credit"} for number in range(300)))
    wanted = dict(asked)
    if wanted.pop("customer", False):
        wanted["customer_id"] = cast.own.id
    if wanted.pop("sender", False):
        wanted["sender_id"] = cast.sender.id
    for statement, parameters in statements_of(session, lambda: mail_log.page(session, Filters(**wanted))):
        assert scans(session, statement, parameters) == [], statement


def statements_of(session, act) -> list:
    """Give the statements on messages that an act executes."""
    seen = []

    def note(connection, cursor, statement, parameters, context, many):
        if "FROM email_message" in statement:
            seen.append((statement, parameters))

    event.listen(session.get_bind(), "before_cursor_execute", note)
    try:
        act()
    finally:
        event.remove(session.get_bind(), "before_cursor_execute", note)
    assert seen
    return seen


def scans(session, statement: str, parameters) -> list[str]:
    """Give the steps of a plan that go through all messages, or sort them."""
    connection = session.connection()
    if connection.dialect.name == "sqlite":
        steps = [row[-1] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)]
        return [step for step in steps if step.startswith("SCAN email_message") and "USING" not in step]
    connection.exec_driver_sql("ANALYZE email_message")
    connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
    steps = [row[0] for row in connection.exec_driver_sql(f"EXPLAIN {statement}", parameters)]
    return [step for step in steps if "Seq Scan on email_message" in step]


def test_the_index_of_unsettled_messages_is_the_one_that_is_used(session, write):
    write({"state": "bounced"}, *({} for _ in range(50)))
    connection = session.connection()
    plan = "EXPLAIN QUERY PLAN" if connection.dialect.name == "sqlite" else "EXPLAIN"
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL enable_seqscan = off"))
    (statement, parameters), *_ = statements_of(session, lambda: mail_log.page(session, Filters(state="bounced")))
    steps = " ".join(str(row[-1]) for row in connection.exec_driver_sql(f"{plan} {statement}", parameters))
    assert "ix_email_message_state" in steps
