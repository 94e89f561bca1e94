"""A broadcast: composed, counted by the code that sends, sent once to each, and stopped."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, update

from portal.domain import broadcasts, communications, listing, saved_views, search, suppressions, topics
from portal.domain.actors import Actor
from portal.domain.broadcasts import segments
from portal.domain.errors import NotFound, Refusal
from portal.domain.letters import Words
from portal.domain.letters.phrases import in_english
from portal.model import AuditEvent, Broadcast, BusinessEntity, Contact, Customer, EmailMessage, Sender
from portal.values import clock
from portal.worker import broadcast_job
from tests import factories

WORDS = Words("News for {customer_name}", "In a minute.", "Hello[[ {contact_name}]],\n\nsomething is new.\n\n[Open the portal](portal)")
DRAFT = broadcasts.Draft(name="Spring", view="all", topic="invoices", business_entity_id=None, words=WORDS)


@pytest.fixture
def drafted(database, cast):
    """Make a draft, count it, and give its id: drafted(topic="news")."""

    def make(*, by: Actor | None = None, counted: bool = True, **changed):
        with database.writing() as session:
            made = broadcasts.create(session, replace(DRAFT, **changed), by=by or cast.operator("manager"))
        if counted:
            while broadcast_job.run(database):
                pass
        return made.id

    return make


@pytest.fixture
def act(database, cast):
    """Do something with a broadcast in a transaction: act(id, broadcasts.schedule, None)."""

    def do(broadcast_id, work, *given, by=None, **named):
        with database.writing() as session:
            found = session.get_one(Broadcast, broadcast_id)
            return work(session, found, *given, version=found.version, by=by or cast.operator("manager"), **named)

    return do


def read(database, broadcast_id) -> Broadcast:
    with database.reading() as session:
        return session.get_one(Broadcast, broadcast_id)


def written(database) -> list[EmailMessage]:
    with database.reading() as session:
        return list(session.scalars(select(EmailMessage).where(EmailMessage.broadcast_id.is_not(None)).order_by(EmailMessage.id)))


def work(database) -> None:
    while broadcast_job.run(database):
        pass


def findable(database) -> None:
    """Write the search documents, which the factories leave out."""
    with database.writing() as session:
        search.index(session, session.scalars(select(Customer.id)).all())


def many(database, cast, number: int) -> None:
    with database.writing() as session:
        entity = session.get_one(BusinessEntity, cast.entity.id)
        for one in range(number):
            customer = factories.customer(session, entity, name=f"Customer {one:04}", email=f"one{one}@many.example")
            factories.contact(session, customer, customer.email, is_primary=True)


def test_who_will_get_it_is_counted_with_the_reasons_of_those_who_will_not(database, cast, drafted):
    with database.writing() as session:
        suppressions.add(session, "vera@gruenwald.example", scope="billing", reason="operator", note="", by=cast.operator())
        session.execute(update(Contact).where(Contact.id == cast.own_contacts["billing_manager"].id).values(bounce_state="hard"))
    found = read(database, drafted())
    assert found.count_state == "counted"
    assert found.counts == {"customers": 2, "will": 2, "not": {"suppressed": 1, "bounced": 1}}


def test_the_count_and_the_sending_are_of_one_mind(database, cast, drafted, act):
    broadcast_id = drafted()
    act(broadcast_id, broadcasts.schedule, None)
    work(database)
    found = read(database, broadcast_id)
    assert found.state == "done"
    assert {name: found.progress[name] for name in found.counts} == found.counts
    assert found.progress["queued"] == found.counts["will"] == len(written(database)) == 4
    with database.reading() as session:
        for customer_id in (cast.own.id, cast.neighbour.id):
            customer = session.get_one(Customer, customer_id)
            will = {verdict.contact.id for verdict in communications.recipients(session, customer, "invoices") if verdict.will}
            assert will == {message.contact_id for message in written(database) if message.customer_id == customer_id}


def test_marketing_goes_to_those_alone_who_asked_for_it_at_a_confirmed_address(database, cast, drafted, act):
    with database.writing() as session:
        communications.choose(
            session,
            session.get_one(Contact, cast.own_contacts["viewer"].id),
            {"news": True},
            how="form",
            wording={},
            by=cast.person("viewer"),
        )
        unsure = session.get_one(Contact, cast.neighbour_contacts["owner"].id)
        communications.choose(session, unsure, {"news": True}, how="form", wording={}, by=cast.person(at="neighbour"))
        unsure.verified_at = None
    broadcast_id = drafted(topic="news")
    assert read(database, broadcast_id).counts == {"customers": 2, "will": 1, "not": {"off": 2, "unverified": 1}}
    act(broadcast_id, broadcasts.schedule, None)
    work(database)
    (message,) = written(database)
    assert message.contact_id == cast.own_contacts["viewer"].id
    assert message.topic == "news"
    assert message.dedup_key == f"broadcast:{broadcast_id}:{message.contact_id}"
    assert message.links["unsubscribe"] == {"purpose": "unsubscribe", "topic": "news"}


def test_a_topic_of_the_installation_is_sent_as_itself(database, cast, drafted, act):
    with database.writing() as session:
        topic = topics.add(session, "Events near you", "", by=cast.operator())
        communications.choose(
            session,
            session.get_one(Contact, cast.own_contacts["viewer"].id),
            {topic.key: True},
            how="form",
            wording={},
            by=cast.person("viewer"),
        )
    act(drafted(topic=topic.key), broadcasts.schedule, None)
    work(database)
    (message,) = written(database)
    assert message.topic == topic.key
    assert in_english(message.facts["topic_words"]) == "events near you"
    assert message.why.endswith("because events near you are on.")


def test_a_hidden_topic_is_offered_to_no_broadcast_and_stops_a_drafted_one(database, cast, drafted, act):
    broadcast_id = drafted(topic="news")
    with database.writing() as session:
        topics.set_hidden(session, "news", True, by=cast.operator())
    with pytest.raises(Refusal, match="not offered any more"):
        act(broadcast_id, broadcasts.schedule, None)
    with pytest.raises(Refusal, match="not offered any more"):
        drafted(topic="news")


def test_essential_topics_are_not_for_broadcasts(drafted):
    with pytest.raises(Refusal, match="not offered"):
        drafted(topic="security")


def test_words_that_are_no_letter_are_refused_with_their_line(drafted):
    with pytest.raises(broadcasts.WordsUnfit) as refused:
        drafted(words=Words("Subject", "Preheader", "Hello {nobody}"))
    assert [(fault.field, fault.line) for fault in refused.value.faults] == [("body", 1)]


def test_the_view_narrows_it_down_and_holds_as_it_was_when_it_was_saved(database, cast, drafted, act):
    findable(database)
    with database.writing() as session:
        view = saved_views.save(session, "Neighbours", "q=nachbar", by=cast.operator("manager"))
    broadcast_id = drafted(view=str(view.id))
    with database.writing() as session:
        saved_views.remove(session, session.merge(view), by=cast.operator("manager"))
    assert read(database, broadcast_id).counts == {"customers": 1, "will": 1, "not": {}}
    act(broadcast_id, broadcasts.schedule, None)
    work(database)
    assert [message.to_address for message in written(database)] == ["nora@nachbar.example"]


def test_a_view_of_somebody_else_that_is_not_shared_cannot_be_written_to(database, cast, drafted):
    with database.writing() as session:
        view = saved_views.save(session, "Mine", "q=nachbar", by=cast.operator("owner"))
    with pytest.raises(Refusal, match="view was removed"):
        drafted(view=str(view.id))


def test_the_segment_is_what_the_list_shows(database, cast, drafted):
    many(database, cast, 30)
    findable(database)
    with database.writing() as session:
        view = saved_views.save(session, "Ones", "q=customer+001", by=cast.operator("manager"))
    broadcast_id = drafted(view=str(view.id))
    with database.reading() as session:
        shown = {UUID(str(row.id)) for row in listing.page(session, listing.Filters(q="customer 001")).rows}
        batched, place = segments.batch(session, session.get_one(Broadcast, broadcast_id), "")
    assert {customer.id for customer in batched} == shown
    assert len(batched) == len(shown) == 11
    assert place == ""


def test_batches_follow_one_another_over_all_customers(database, cast, drafted, act):
    many(database, cast, 23)
    broadcast_id = drafted()
    act(broadcast_id, broadcasts.schedule, None)
    rounds = 0
    while True:
        with database.writing() as session:
            if not broadcasts.work_on(session, broadcast_id, size=7, by=broadcast_job.BY):
                break
        rounds += 1
    assert rounds == 4
    assert len(written(database)) == len({message.dedup_key for message in written(database)}) == 27
    assert read(database, broadcast_id).progress["customers"] == 25


def test_a_batch_that_is_written_again_writes_nobody_twice(database, cast, drafted, act):
    broadcast_id = drafted()
    act(broadcast_id, broadcasts.schedule, None)
    work(database)
    with database.writing() as session:
        session.execute(update(Broadcast).values(state="sending", place="", progress={}))
    work(database)
    assert len(written(database)) == 4
    assert read(database, broadcast_id).progress["queued"] == 0


def test_whoever_has_no_sender_is_counted_and_left_out(database, cast, drafted, act):
    with database.writing() as session:
        other = BusinessEntity(
            name="Other",
            legal_name="Other Ltd",
            address_line="1 Road",
            country="GB",
            locale="en",
            time_zone="Europe/London",
            currency="GBP",
        )
        session.add(other)
        session.flush()
        customer = factories.customer(session, other, name="Far away", email="far@away.example")
        factories.primary(session, customer)
    broadcast_id = drafted()
    assert read(database, broadcast_id).counts == {"customers": 3, "will": 4, "not": {"no_sender": 1}}
    act(broadcast_id, broadcasts.schedule, None)
    work(database)
    assert "far@away.example" not in {message.to_address for message in written(database)}


def test_one_business_entity_alone_writes_to_its_own_customers(database, cast, drafted, act):
    with database.writing() as session:
        other, _ = factories.entity(session, name="Southwind", is_default=False)
        customer = factories.customer(session, other, name="Far away", email="far@away.example")
        factories.primary(session, customer)
    broadcast_id = drafted(business_entity_id=other.id)
    act(broadcast_id, broadcasts.schedule, None)
    work(database)
    (message,) = written(database)
    assert message.to_address == "far@away.example"
    with database.reading() as session:
        assert session.get_one(Sender, message.sender_id).business_entity_id == other.id


def test_a_role_that_is_limited_reaches_its_own_customers_only(database, cast, drafted, act):
    with database.writing() as session:
        other, _ = factories.entity(session, name="Southwind", is_default=False)
        customer = factories.customer(session, other, name="Far away", email="far@away.example")
        factories.primary(session, customer)
    limited = replace(cast.operator("manager"), entity_ids=frozenset({other.id}))
    broadcast_id, all_of_them = drafted(by=limited), drafted()
    assert read(database, broadcast_id).counts["customers"] == 1
    with database.reading() as session:
        assert [one.id for one in broadcasts.newest(session, limited)] == [broadcast_id]
        assert len(broadcasts.newest(session, cast.operator())) == 2
        with pytest.raises(NotFound):
            broadcasts.find(session, limited, all_of_them)
    with pytest.raises(NotFound):
        drafted(by=limited, business_entity_id=cast.entity.id)


def test_nothing_is_scheduled_that_is_not_counted_or_that_nobody_would_get(drafted, act):
    with pytest.raises(broadcasts.NotCounted):
        act(drafted(counted=False), broadcasts.schedule, None)
    with pytest.raises(broadcasts.NobodyWill):
        act(drafted(topic="news"), broadcasts.schedule, None)


def test_above_a_thousand_readers_their_number_is_typed(database, cast, drafted, act):
    broadcast_id = drafted()
    with database.writing() as session:
        session.get_one(Broadcast, broadcast_id).counts = {"customers": 900, "will": 1001, "not": {}}
    for wrong in (None, 1000, 900):
        with pytest.raises(broadcasts.NumberWrong, match="1,001 people"):
            act(broadcast_id, broadcasts.schedule, None, number=wrong)
    act(broadcast_id, broadcasts.schedule, None, number=1001)
    assert read(database, broadcast_id).state == "scheduled"


def test_it_goes_out_at_its_time_and_can_be_taken_back_before(database, drafted, act):
    broadcast_id = drafted()
    later = clock.now() + timedelta(hours=2)
    act(broadcast_id, broadcasts.schedule, later)
    work(database)
    assert written(database) == []
    act(broadcast_id, broadcasts.take_back)
    assert (read(database, broadcast_id).state, read(database, broadcast_id).scheduled_at) == ("draft", None)
    act(broadcast_id, broadcasts.schedule, later)
    with clock.frozen(later + timedelta(seconds=1)):
        work(database)
    assert len(written(database)) == 4
    with pytest.raises(broadcasts.NotInThisState):
        act(broadcast_id, broadcasts.take_back)


def test_a_time_that_is_over_or_years_ahead_is_refused(drafted, act):
    broadcast_id = drafted()
    with pytest.raises(broadcasts.InThePast):
        act(broadcast_id, broadcasts.schedule, clock.now() - timedelta(hours=1))
    with pytest.raises(Refusal, match="more than a year"):
        act(broadcast_id, broadcasts.schedule, clock.now() + timedelta(days=800))


def test_of_two_who_change_it_at_once_the_second_is_told(database, cast, drafted):
    broadcast_id = drafted()
    seen = read(database, broadcast_id).version
    with database.writing() as session:
        found = session.get_one(Broadcast, broadcast_id)
        broadcasts.change(session, found, replace(DRAFT, name="Summer"), version=seen, by=cast.operator())
    with pytest.raises(broadcasts.BroadcastChanged), database.writing() as session:
        found = session.get_one(Broadcast, broadcast_id)
        broadcasts.change(session, found, replace(DRAFT, name="Autumn"), version=seen, by=cast.operator("manager"))
    assert read(database, broadcast_id).name == "Summer"
    assert read(database, broadcast_id).count_state == "counting"


def test_a_count_of_what_was_changed_meanwhile_is_not_kept(database, cast, drafted):
    broadcast_id = drafted(counted=False)
    with database.reading() as session:
        counted = broadcasts.look(session, broadcast_id)
    with database.writing() as session:
        found = session.get_one(Broadcast, broadcast_id)
        broadcasts.change(session, found, replace(DRAFT, topic="news"), version=found.version, by=cast.operator())
    with database.writing() as session:
        assert broadcasts.keep(session, counted) is False
    work(database)
    assert read(database, broadcast_id).counts["will"] == 0


def test_stopping_holds_back_all_that_waits_and_says_who_did(database, cast, drafted, act):
    many(database, cast, 10)
    broadcast_id = drafted()
    act(broadcast_id, broadcasts.schedule, None)
    with database.writing() as session:
        broadcasts.work_on(session, broadcast_id, size=5, by=broadcast_job.BY)
    before = len(written(database))
    with database.writing() as session:
        broadcasts.stop(session, session.get_one(Broadcast, broadcast_id), by=cast.operator("manager"))
        assert broadcasts.stop_rules(session, {broadcast_id}) == {broadcast_id: "The broadcast was stopped by Manager Operator."}
    work(database)
    assert len(written(database)) == before
    assert {(message.state, message.rule) for message in written(database)} == {
        ("suppressed", "The broadcast was stopped by Manager Operator.")
    }
    assert read(database, broadcast_id).stop_done
    with pytest.raises(broadcasts.NotInThisState), database.writing() as session:
        broadcasts.stop(session, session.get_one(Broadcast, broadcast_id), by=cast.operator("manager"))


def test_what_went_out_already_stays_as_it_is_when_it_is_stopped(database, cast, drafted, act):
    broadcast_id = drafted()
    act(broadcast_id, broadcasts.schedule, None)
    work(database)
    first = written(database)[0].id
    with database.writing() as session:
        session.execute(update(EmailMessage).where(EmailMessage.id == first).values(state="sent", sent_at=clock.now()))
        broadcasts.stop(session, session.get_one(Broadcast, broadcast_id), by=cast.operator("manager"))
    work(database)
    with database.reading() as session:
        result = broadcasts.result(session, session.get_one(Broadcast, broadcast_id))
    assert result.states == {"sent": 1, "suppressed": 3}
    assert (result.out, result.waiting, result.written) == (1, 0, 4)


def test_the_result_says_who_switched_the_topic_off_since(database, cast, drafted, act):
    broadcast_id = drafted()
    act(broadcast_id, broadcasts.schedule, None)
    work(database)
    with database.writing() as session:
        contact = session.get_one(Contact, cast.own_contacts["viewer"].id)
        communications.choose(session, contact, {"invoices": False}, how="link", wording={}, by=cast.person("viewer"))
    with database.reading() as session:
        assert broadcasts.result(session, session.get_one(Broadcast, broadcast_id)).left_since == 1


def test_each_act_is_on_record(database, cast, drafted, act):
    broadcast_id = drafted()
    act(broadcast_id, broadcasts.schedule, clock.now() + timedelta(hours=1))
    act(broadcast_id, broadcasts.take_back)
    act(broadcast_id, broadcasts.schedule, None)
    work(database)
    with database.writing() as session:
        broadcasts.stop(session, session.get_one(Broadcast, broadcast_id), by=cast.operator("manager"))
    with database.reading() as session:
        acts = session.scalars(select(AuditEvent.action).where(AuditEvent.subject_id == broadcast_id).order_by(AuditEvent.id)).all()
    assert acts == [
        *("broadcast.created", "broadcast.scheduled", "broadcast.taken_back", "broadcast.scheduled", "broadcast.written"),
        "broadcast.stopped",
    ]


def test_a_removed_draft_is_gone_and_counts_no_more(database, cast, drafted, act):
    broadcast_id = drafted(counted=False)
    act(broadcast_id, broadcasts.remove)
    assert broadcast_job.run(database) is False
    with database.reading() as session, pytest.raises(NotFound):
        broadcasts.find(session, cast.operator(), broadcast_id)
