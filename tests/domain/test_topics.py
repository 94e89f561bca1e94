"""The catalogue: the product's own topics, and those of the marketing class that the installation makes, names and hides."""

import pytest

from portal.domain import communications, topics
from portal.model import Contact, Customer, PreferenceReceipt


@pytest.fixture
def db(database):
    with database.writing() as session:
        yield session


@pytest.fixture
def by(cast):
    return cast.operator("manager")


def will(session, cast, key, role="viewer"):
    customer = session.get_one(Customer, cast.own.id)
    return next(one for one in communications.recipients(session, customer, key) if one.contact.id == cast.own_contacts[role].id)


def test_a_topic_that_is_added_is_offered_and_off_until_somebody_asks_for_it(db, cast, by):
    topic = topics.add(db, "Events near you", "Four times a year", by=by)
    assert topic.key == "news.events_near_you"
    assert list(topics.choices(db))[-1] == topic.key
    assert not will(db, cast, topic.key).will
    viewer = db.get_one(Contact, cast.own_contacts["viewer"].id)
    communications.choose(db, viewer, {topic.key: True}, how="form", by=by)
    assert will(db, cast, topic.key).will


def test_a_hidden_topic_is_asked_about_nowhere_and_not_sent_and_its_receipts_stay(db, cast, by):
    viewer = db.get_one(Contact, cast.own_contacts["viewer"].id)
    communications.choose(db, viewer, {"news": True}, how="form", by=by)
    topics.set_hidden(db, "news", True, by=by)
    assert "news" not in topics.choices(db)
    assert "news" not in communications.matrix(db, db.get_one(Customer, cast.own.id))[0].wanted
    verdict = will(db, cast, "news")
    assert (verdict.will, verdict.rule) == (False, "hidden")
    [receipt] = communications.history(db, viewer.id)
    assert (receipt.topic.label, receipt.holds) == ("Product news", False)
    topics.set_hidden(db, "news", False, by=by)
    assert will(db, cast, "news").will


def test_another_session_reads_what_was_changed(database, cast, by):
    with database.writing() as session:
        topics.add(session, "Events", "", by=by)
    with database.reading() as session:
        assert topics.find(session, "news.events").label == "Events"


@pytest.mark.parametrize("label", ["Product news", "product NEWS", "Invoices", "Évents", "events"])
def test_two_topics_of_one_name_are_refused(db, by, label):
    topics.add(db, "Events", "", by=by)
    with pytest.raises(topics.TopicTaken):
        topics.add(db, label, "", by=by)


def test_names_in_any_script_make_words_that_differ(db, by):
    one, other = topics.add(db, "新闻", "", by=by), topics.add(db, "活动", "", by=by)
    assert one.key != other.key
    assert len(one.key) <= 40


def test_a_topic_of_the_products_own_is_renamed_and_receipts_keep_the_words_that_were_shown(db, cast, by):
    viewer = db.get_one(Contact, cast.own_contacts["viewer"].id)
    communications.choose(db, viewer, {"news": True}, how="form", wording={"news": "Product news to Vera"}, by=by)
    topics.change(db, "news", "What is new", "Monthly", by=by)
    assert topics.choices(db)["news"].label == "What is new"
    assert db.query(PreferenceReceipt).one().wording == "Product news to Vera"


@pytest.mark.parametrize("key", ["invoices", "sign_in", "none_such"])
def test_only_marketing_topics_can_be_hidden(db, by, key):
    with pytest.raises(topics.NoSuchTopic):
        topics.set_hidden(db, key, True, by=by)


def test_there_is_an_end_to_topics(db, by):
    for number in range(19):
        topics.add(db, f"Topic {number}", "", by=by)
    with pytest.raises(topics.TooManyTopics):
        topics.add(db, "One too many", "", by=by)
