"""Who is sent what: the judgement with its reason, choices with receipts, and readers that are never lost unawares."""

import threading

import pytest
from sqlalchemy import func, select

from portal.domain import communications
from portal.domain.errors import NotFound
from portal.domain.topics import BILLING, TOPICS
from portal.model import AuditEvent, Contact, Customer, Preference, PreferenceReceipt, Suppression
from portal.values import clock
from tests import factories


@pytest.fixture
def own(session, cast):
    return session.get_one(Customer, cast.own.id)


@pytest.fixture
def people(session, cast, own):
    return {role: session.get_one(Contact, contact.id) for role, contact in cast.own_contacts.items()}


def verdict(session, customer, topic, contact):
    """Give what is shown of a contact, and hold that what is sent by judges alike."""
    shown = next(one for one in communications.recipients(session, customer, topic) if one.contact.id == contact.id)
    sent = next(one for one in communications.addressees(session, customer, topic) if one.contact.id == contact.id)
    assert (sent.will, sent.rule, sent.reason) == (shown.will, shown.rule, shown.reason)
    return shown


def readers(session, customer, topic):
    return [one.contact.first_name for one in communications.recipients(session, customer, topic) if one.will]


@pytest.mark.parametrize(
    ("topic", "primary", "secondary"),
    [
        ("invoices", True, True),
        ("receipts", True, False),
        ("reminders", True, False),
        ("wallet", True, False),
        ("statements", False, False),
        ("contracts", True, False),
        ("news", False, False),
    ],
)
def test_defaults_are_those_of_the_catalogue(session, own, people, topic, primary, secondary):
    assert verdict(session, own, topic, people["owner"]).will is primary
    assert verdict(session, own, topic, people["viewer"]).will is secondary


@pytest.mark.parametrize("topic", [topic.key for topic in TOPICS.values() if topic.essential])
def test_no_opt_out_and_no_complaint_stops_essential_mail(session, own, people, topic):
    own.communications = False
    people["viewer"].bounce_state = "complained"
    for scope, reason in (("all", "complained"), ("marketing", "asked"), ("billing", "operator")):
        session.add(Suppression(email_key=people["viewer"].email_key, scope=scope, reason=reason))
    session.flush()
    assert verdict(session, own, topic, people["viewer"]).will


def test_a_dead_address_is_sent_only_the_sign_in_link_that_is_asked_for(session, own, people):
    people["viewer"].bounce_state = "hard"
    assert verdict(session, own, "sign_in", people["viewer"]).will
    found = verdict(session, own, "security", people["viewer"])
    assert (found.will, found.rule) == (False, "bounced")
    assert "Only a sign-in link" in found.reason


def test_who_has_no_access_is_sent_no_sign_in_mail(session, own):
    plain = factories.contact(session, own, "plain@gruenwald.example")
    found = verdict(session, own, "sign_in", plain)
    assert (found.will, found.rule) == (False, "no_role")


def suppress(session, own, contact):
    session.add(Suppression(email_key=contact.email_key, scope="billing", reason="asked"))


def bounce(session, own, contact):
    contact.bounce_state = "hard"


def complain(session, own, contact):
    contact.bounce_state = "complained"


def switch_off(session, own, contact):
    own.communications = False


def archive(session, own, contact):
    own.status = "archived"


@pytest.mark.parametrize(
    ("happens", "rule", "words"),
    [
        (suppress, "suppressed", "sent no billing mail"),
        (bounce, "bounced", "comes back"),
        (complain, "complained", "spam"),
        (switch_off, "switch", "switched off for this customer"),
        (archive, "archived", "archived"),
    ],
)
def test_each_obstacle_is_named(session, own, people, happens, rule, words):
    happens(session, own, people["owner"])
    session.flush()
    found = verdict(session, own, "invoices", people["owner"])
    assert (found.will, found.rule) == (False, rule)
    assert words in found.reason
    assert found.reason.startswith("Ticked, but: ")


def test_a_suppression_that_was_released_counts_no_more(session, own, people):
    session.add(Suppression(email_key=people["owner"].email_key, scope="all", reason="asked", released_at=clock.now()))
    session.flush()
    assert verdict(session, own, "invoices", people["owner"]).will


def test_a_marketing_opt_out_blocks_no_invoice(session, own, people):
    session.add(Suppression(email_key=people["owner"].email_key, scope="marketing", reason="asked"))
    session.flush()
    assert verdict(session, own, "invoices", people["owner"]).will


def test_marketing_waits_for_a_confirmed_address(session, cast, own, people):
    vera = people["viewer"]
    vera.verified_at = None
    communications.choose(session, vera, {"news": True}, how="form", by=cast.operator())
    assert verdict(session, own, "news", vera).rule == "unverified"
    vera.verified_at = clock.now()
    assert verdict(session, own, "news", vera).will


def test_a_choice_leaves_a_receipt_with_the_words_shown_and_an_event(session, cast, own, people):
    [receipt] = communications.choose(
        session, people["viewer"], {"reminders": True}, how="form", wording={"reminders": "Payment reminders to Vera"}, by=cast.person()
    )
    assert (receipt.before, receipt.wanted, receipt.how, receipt.wording) == (False, True, "form", "Payment reminders to Vera")
    assert (receipt.actor_kind, receipt.actor_name) == ("customer", "Marta Grünwald")
    event = session.scalars(select(AuditEvent)).one()
    assert (event.action, event.subject_name, event.changes) == ("preference.changed", "Vera", {"reminders": ["off", "on"]})
    found = verdict(session, own, "reminders", people["viewer"])
    assert found.will
    assert found.receipt.id == receipt.id


def test_choosing_what_holds_already_leaves_nothing(session, cast, people):
    assert communications.choose(session, people["owner"], {"invoices": True, "news": False}, how="form", by=cast.person()) == []
    assert session.scalar(select(func.count()).select_from(PreferenceReceipt)) == 0


def test_the_last_reader_is_told_who_would_take_over(session, cast, own, people):
    with pytest.raises(communications.LastRecipient) as refused:
        communications.choose(session, people["owner"], {"wallet": False}, how="form", by=cast.person())
    assert str(refused.value) == "Marta Grünwald is the last who gets wallet activity. Bernd would get it instead."
    assert refused.value.offer == "Let Bernd get it instead"
    assert readers(session, own, "wallet") == ["Marta"]


def test_the_named_one_takes_over(session, cast, own, people):
    handover = {"wallet": people["viewer"].id}
    communications.choose(session, people["owner"], {"wallet": False}, how="form", handover=handover, by=cast.person())
    assert readers(session, own, "wallet") == ["Vera"]
    words = session.scalars(select(PreferenceReceipt.wording).where(PreferenceReceipt.contact_id == people["viewer"].id)).one()
    assert words == "Wallet activity: takes over from Marta Grünwald"


def test_every_topic_that_is_lost_is_told_of(session, cast, own, people):
    with pytest.raises(communications.LastRecipient) as refused:
        communications.choose(
            session,
            people["owner"],
            {"wallet": False, "reminders": False},
            how="form",
            handover={"wallet": people["viewer"].id},
            by=cast.person(),
        )
    assert {loss.topic.key for loss in refused.value.losses} == {"wallet", "reminders"}
    assert readers(session, own, "wallet") == ["Marta"]


def test_nobody_takes_over_who_would_not_get_it(session, cast, own, people):
    people["billing_manager"].bounce_state = "hard"
    session.add(Suppression(email_key=people["viewer"].email_key, scope="all", reason="asked"))
    session.flush()
    with pytest.raises(communications.LastRecipient) as refused:
        communications.choose(
            session, people["owner"], {"wallet": False}, how="form", handover={"wallet": people["viewer"].id}, by=cast.person()
        )
    assert refused.value.successor is None
    assert not refused.value.can_hand_over
    assert "Nobody else here can take over" in str(refused.value)


def test_one_may_leave_what_another_takes_up_in_the_same_act(session, cast, own, people):
    wishes = {people["owner"]: {"wallet": False}, people["viewer"]: {"wallet": True}}
    communications.choose_all(session, wishes, how="form", by=cast.person())
    assert readers(session, own, "wallet") == ["Vera"]


def test_those_who_leave_together_do_not_count_on_each_other(session, cast, own, people):
    wishes = {people["owner"]: {"invoices": False}, people["billing_manager"]: {"invoices": False}}
    communications.choose_all(session, wishes, how="form", by=cast.person())
    with pytest.raises(communications.LastRecipient) as refused:
        communications.choose(session, people["viewer"], {"invoices": False}, how="form", by=cast.person())
    assert refused.value.successor.id == people["owner"].id
    wishes = {people["owner"]: {"receipts": False}, people["billing_manager"]: {"receipts": False}}
    with pytest.raises(communications.LastRecipient) as refused:
        communications.choose_all(session, wishes, how="form", by=cast.person())
    assert refused.value.losses[0].successor.id == people["billing_manager"].id


def test_two_who_leave_at_once_do_not_both_get_away(database, cast):
    with database.writing() as session:
        vera = session.get_one(Contact, cast.own_contacts["viewer"].id)
        communications.choose(session, vera, {"invoices": False}, how="form", by=cast.person())
    outcomes = []

    def leave(role):
        with database.write_session() as session:
            contact = session.get_one(Contact, cast.own_contacts[role].id)
            try:
                communications.choose(session, contact, {"invoices": False}, how="form", by=cast.person(role))
                session.commit()
                outcomes.append("left")
            except communications.LastRecipient:
                outcomes.append("told")

    threads = [threading.Thread(target=leave, args=(role,)) for role in ("owner", "billing_manager")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["left", "told"]


def test_statements_may_reach_nobody_again_for_that_is_their_default(session, cast, own, people):
    communications.choose(session, people["owner"], {"statements": True}, how="form", by=cast.person())
    communications.choose(session, people["owner"], {"statements": False}, how="form", by=cast.person())
    assert readers(session, own, "statements") == []


def test_with_the_master_switch_off_anybody_may_leave(session, cast, own, people):
    communications.set_communications(session, own, False, by=cast.operator())
    communications.choose(session, people["owner"], {"wallet": False}, how="form", by=cast.person())
    event = session.scalars(select(AuditEvent).where(AuditEvent.action == "customer.communications")).one()
    assert event.changes == {"communications": [True, False]}
    communications.set_communications(session, own, True, by=cast.operator())
    assert [topic.key for topic in communications.silence(session, own).topics] == ["wallet"]


def test_one_click_is_obeyed_and_somebody_takes_over(session, cast, own, people):
    communications.choose(session, people["owner"], {"wallet": False}, how="one_click", by=cast.person())
    assert readers(session, own, "wallet") == ["Bernd"]


def test_one_click_is_obeyed_where_nobody_can_take_over(session, cast):
    neighbour = session.get_one(Customer, cast.neighbour.id)
    nora = session.get_one(Contact, cast.neighbour_contacts["owner"].id)
    communications.choose(session, nora, {"wallet": False}, how="one_click", by=cast.person(at="neighbour"))
    assert readers(session, neighbour, "wallet") == []


def test_undo_chooses_what_was_before_and_points_at_what_it_undoes(session, cast, own, people):
    [receipt] = communications.choose(session, people["viewer"], {"reminders": True}, how="form", by=cast.person())
    [undone] = communications.undo(session, people["viewer"], receipt.id, by=cast.person("viewer"))
    assert (undone.wanted, undone.how, undone.undoes_id) == (False, "undo", receipt.id)
    assert [one.holds for one in communications.history(session, people["viewer"].id)] == [True, False]


def test_what_something_newer_replaced_is_not_undone(session, cast, people):
    [first] = communications.choose(session, people["viewer"], {"reminders": True}, how="form", by=cast.person())
    communications.choose(session, people["viewer"], {"reminders": False}, how="form", by=cast.person())
    with pytest.raises(communications.NewerChoice):
        communications.undo(session, people["viewer"], first.id, by=cast.person())


def test_a_receipt_of_another_contact_is_not_found(session, cast, people):
    [receipt] = communications.choose(session, people["viewer"], {"reminders": True}, how="form", by=cast.person())
    with pytest.raises(NotFound):
        communications.undo(session, people["owner"], receipt.id, by=cast.person())


def test_the_last_reader_cannot_leave_by_undo_either(session, cast, own, people):
    people["owner"].bounce_state = "hard"
    [receipt] = communications.choose(session, people["viewer"], {"contracts": True}, how="form", by=cast.person())
    with pytest.raises(communications.LastRecipient):
        communications.undo(session, people["viewer"], receipt.id, by=cast.person())


def test_who_gets_nothing_anyway_may_leave(session, cast, own, people):
    for contact in people.values():
        contact.bounce_state = "hard"
    communications.choose(session, people["owner"], {"wallet": False}, how="form", by=cast.person())
    assert session.get(Preference, (people["owner"].id, "wallet")).wanted is False


def test_removed_contacts_are_not_judged_and_not_chosen_for(session, cast, own, people):
    people["viewer"].removed_at = clock.now()
    session.flush()
    for judge in (communications.recipients, communications.addressees):
        assert people["viewer"].id not in [one.contact.id for one in judge(session, own, "invoices")]
    with pytest.raises(NotFound):
        communications.choose(session, people["viewer"], {"news": True}, how="form", by=cast.person())


def test_the_matrix_says_what_is_wanted_topic_by_topic(session, cast, own, people):
    communications.choose(session, people["viewer"], {"news": True}, how="form", by=cast.person())
    rows = {row.contact.first_name: row for row in communications.matrix(session, own)}
    assert list(rows) == ["Marta", "Bernd", "Vera"]
    assert rows["Vera"].wanted["news"]
    assert list(rows["Vera"].receipts) == ["news"]
    assert [key for key, topic in TOPICS.items() if topic.kind == BILLING and rows["Bernd"].wanted[key]] == ["invoices"]


def test_what_was_chosen_at_once_is_undone_at_once_and_no_topic_is_lost_in_between(session, cast, own, people):
    marta, bernd = people["owner"], people["billing_manager"]
    made = communications.choose_all(
        session, {marta: {"wallet": False}, bernd: {"wallet": True, "news": True}}, how="form", by=cast.operator()
    )
    undone = communications.undo_all(session, [(people_of(people, one), one.id) for one in reversed(made)], by=cast.operator())
    assert {one.undoes_id for one in undone} == {one.id for one in made}
    assert readers(session, own, "wallet") == ["Marta"]
    assert "Bernd" not in readers(session, own, "news")


def people_of(people, receipt):
    return next(contact for contact in people.values() if contact.id == receipt.contact_id)


def test_undoing_several_finds_each_or_none(session, cast, people):
    with pytest.raises(NotFound):
        communications.undo_all(session, [(people["owner"], people["owner"].id)], by=cast.operator())
