"""A customer's events: told in sentences, merged with its mail, paged by key, and cut to what the reader may know."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from portal.domain import activity, actors, addresses, audit, communications, contacts, customers, tax_ids, wallets
from portal.domain.errors import NotFound
from portal.model import EmailMessage
from portal.values import clock

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
INSIDE = activity.Reader(locale="en", time_zone="Europe/Berlin")
BERLIN = {"line1": "Torstraße 140", "postal_code": "10119", "city": "Berlin", "country": "DE"}


def outside(cast, role="owner"):
    contact = cast.own_contacts[role]
    return activity.Reader(time_zone="Europe/Berlin", house="Northwind", user_id=contact.user_id, contact_id=contact.id)


def own(session, cast):
    return customers.find(session, cast.operator(), cast.own.id)


def told(session, cast, reader=INSIDE, **options):
    return activity.page(session, cast.own.id, reader, **options).events


def lines(event):
    return {change.name: change.text or (change.before, change.after) for change in event.changes}


def mail(session, cast, at, *, to="owner", topic="wallet", **columns):
    contact = cast.own_contacts[to]
    made = EmailMessage(
        customer_id=cast.own.id,
        contact_id=contact.id,
        sender_id=cast.sender.id,
        to_address=contact.email,
        to_key=contact.email_key,
        letter="wallet_credited",
        topic=topic,
        dedup_key=f"test-{at.isoformat()}-{to}-{topic}",
        created_at=at,
        **columns,
    )
    session.add(made)
    session.flush()
    return made


def note(session, cast, at, action="customer.merged", **columns):
    event = audit.record(session, action, by=columns.pop("by", cast.operator("finance")), customer_id=cast.own.id, **columns)
    event.at = at
    session.flush()
    return event


def test_an_adjustment_is_told_with_its_amount_balance_and_note(session, cast):
    by = replace(cast.operator("finance"), device="Firefox on Linux", ip="203.0.113.5")
    wallet = wallets.open(session, own(session, cast), "EUR", by=by)
    wallets.adjust(session, wallet, 2500, reason="goodwill", key="k1", note="Asked by phone", customer_text="Sorry for the wait", by=by)
    event = next(event for event in told(session, cast, kind="money") if "added" in event.text)
    assert event.text == "Finance Operator added 25.00 EUR of goodwill credit"
    assert [part.kind for part in event.sentence] == ["name", "text", "text", "figure", "text"]
    assert lines(event) == {"Balance": ("0.00", "25.00"), "Text for the customer": "Sorry for the wait", "Note": "Asked by phone"}
    assert (event.origin, event.device, event.ip) == ("console", "Firefox on Linux", "203.0.113.5")


def test_amounts_follow_the_currency_and_the_locale_of_the_reader(session, cast):
    by = cast.operator("finance")
    wallet = wallets.open(session, own(session, cast), "KWD", name="Gulf", by=by)
    wallets.adjust(session, wallet, 1234567, reason="top_up", key="k1", by=by)
    wallets.adjust(session, wallet, -567, reason="service_delivered", key="k2", by=by)
    german = replace(INSIDE, locale="de")
    deducted, added, opened = told(session, cast, german, kind="money", who="operators")
    assert added.text == "Finance Operator added 1.234,567 KWD as a top-up, Gulf"
    assert deducted.text == "Finance Operator deducted 0,567 KWD for a service delivered, Gulf"
    assert opened.text == "Finance Operator opened the KWD wallet, Gulf"


def test_an_edit_names_one_or_two_fields_and_shows_before_and_after_in_words(session, cast):
    by = cast.operator("support")
    customers.change(session, own(session, cast), {"phone": "+493012345678", "locale": "de"}, version=None, by=by)
    (event,) = told(session, cast, kind="edits")
    assert event.text == "Support Operator changed the phone and the language"
    assert lines(event) == {"Phone": (None, "+49 30 12345678"), "Language": (None, "German")}


def test_switches_read_on_and_off(session, cast):
    communications.set_communications(session, own(session, cast), False, by=cast.operator("support"))
    (event,) = told(session, cast, kind="edits")
    assert event.text == "Support Operator switched email communications off"
    assert not event.changes


def test_custom_data_is_compared_key_by_key(session, cast):
    by = cast.operator("support")
    customers.change(session, own(session, cast), {"custom_data": {"plan": {"name": "a", "seats": 3}, "tags": ["x"]}}, version=None, by=by)
    customers.change(
        session, own(session, cast), {"custom_data": {"plan": {"name": "b", "seats": 3}, "x" * 60: "y" * 900}}, version=None, by=by
    )
    event = told(session, cast, kind="edits")[0]
    shown = lines(event)
    assert shown["Custom data, plan.name"] == ("a", "b")
    assert shown["Custom data, tags"] == ('["x"]', None)
    assert "Custom data, plan.seats" not in shown
    before, after = shown[f"Custom data, …{'x' * 39}"]
    assert before is None
    assert len(after) == 300
    assert after.endswith("…")


def test_an_address_is_entered_then_changed(session, cast):
    by = cast.person("owner")
    addresses.set_default(session, own(session, cast), "billing", BERLIN, by=by)
    addresses.set_default(session, own(session, cast), "billing", BERLIN | {"line2": "Haus B"}, by=by)
    changed, entered = told(session, cast, kind="edits")
    assert entered.text == "Marta Grünwald entered the billing address"
    assert lines(entered)["Country"] == (None, "Germany")
    assert changed.text == "Marta Grünwald changed the billing address"
    assert lines(changed) == {"Line 2": (None, "Haus B")}


def test_tax_ids_are_written_with_their_kind(session, cast):
    tax_ids.replace(session, own(session, cast), [("eu_vat", "DE136695976")], by=cast.operator("support"))
    tax_ids.replace(session, own(session, cast), [("gb_vat", "GB980780684")], by=cast.operator("support"))
    changed, _ = told(session, cast, kind="edits")
    assert lines(changed) == {"Tax IDs": ("EU VAT DE136695976", "UK VAT GB 980 7806 84")}


def test_contacts_and_what_they_are_sent(session, cast):
    by = cast.person("owner")
    ngozi = contacts.add(
        session, own(session, cast), {"email": "ngozi@gruenwald.example", "first_name": "Ngozi", "portal_role": "viewer"}, by=by
    )
    communications.choose(session, ngozi, {"statements": True}, how="form", by=by)
    chosen, added = told(session, cast, kind="contacts")
    assert added.text == "Marta Grünwald added the contact Ngozi"
    assert lines(added)["Role in the portal"] == "Viewer"
    assert chosen.text == "Marta Grünwald changed what Ngozi is sent"
    assert lines(chosen) == {"Statements": ("off", "on")}


def test_an_act_without_words_of_its_own_still_reads_well(session, cast):
    note(session, cast, NOON, changes={"loyalty_level": ("silver", "gold")}, facts={"odd": {"a": 1}})
    (event,) = told(session, cast)
    assert event.text == "Customer: merged, by Finance Operator"
    assert lines(event) == {"Loyalty level": ("silver", "gold")}


def test_acts_with_missing_facts_are_told_all_the_same(session, cast):
    for action in (
        "wallet.adjusted",
        "wallet.opened",
        "customer.imported",
        "contact.added",
        "message.bounced",
        "preference.handed_over",
        "x",
    ):
        note(session, cast, NOON, action, changes={})
    assert all(event.text.strip() for event in told(session, cast))


def test_a_mail_says_to_whom_and_what_became_of_it(session, cast):
    mail(session, cast, NOON, subject="You have 25.00 EUR more credit", state="sent", sent_at=NOON + timedelta(minutes=2))
    mail(session, cast, NOON - timedelta(hours=1))
    mail(session, cast, NOON - timedelta(hours=2), state="bounced", reply="550 no\nsuch user")
    sent, waiting, bounced = told(session, cast, kind="mail")
    assert sent.text == "Mail “You have 25.00 EUR more credit” to Marta Grünwald"
    assert lines(sent) == {"Outcome": "Sent 13:02"}
    assert sent.origin == "wallet activity"
    assert waiting.text == "Mail “More credit” to Marta Grünwald"
    assert lines(waiting) == {"Outcome": "Waiting to be sent"}
    assert lines(bounced)["Their server"] == "550 no such user"


def test_every_state_of_a_mail_has_words(session, cast):
    for minutes, state in enumerate(
        ("queued", "sending", "sent", "delivered", "deferred", "bounced", "complained", "suppressed", "failed")
    ):
        mail(session, cast, NOON + timedelta(minutes=minutes), state=state)
    assert all(lines(event)["Outcome"] for event in told(session, cast))


def test_pages_run_by_key_right_across_acts_and_mail(session, cast):
    for minute in range(30):
        note(session, cast, NOON + timedelta(minutes=minute), f"customer.act_{minute}")
        mail(session, cast, NOON + timedelta(minutes=minute, seconds=30 * (minute % 2)))
    everything = told(session, cast, size=100)
    assert len(everything) == 60
    assert [event.at for event in everything] == sorted((event.at for event in everything), reverse=True)
    seen, cursor = [], ""
    while True:
        found = activity.page(session, cast.own.id, INSIDE, before=cursor, size=7)
        seen += found.events
        if not (cursor := found.older):
            break
    assert [event.id for event in seen] == [event.id for event in everything]


def test_what_comes_in_meanwhile_does_not_shift_the_next_page(session, cast):
    for minute in range(6):
        note(session, cast, NOON + timedelta(minutes=minute), f"customer.act_{minute}")
    first = activity.page(session, cast.own.id, INSIDE, size=3)
    note(session, cast, NOON + timedelta(hours=1), "customer.late")
    second = activity.page(session, cast.own.id, INSIDE, before=first.older, size=3)
    assert [event.text.split(",")[0] for event in second.events] == ["Customer: act 2", "Customer: act 1", "Customer: act 0"]
    assert second.older == ""


def test_each_event_is_of_a_kind(session, cast):
    note(session, cast, NOON, "customer.updated")
    note(session, cast, NOON, "wallet.opened")
    note(session, cast, NOON, "contact.added")
    note(session, cast, NOON, "preference.changed")
    note(session, cast, NOON, "user.signed_in")
    note(session, cast, NOON, "message.sent_again")
    note(session, cast, NOON, "customer.imported", by=replace(cast.operator("finance"), origin="import"))
    mail(session, cast, NOON)
    counted = {kind: len(told(session, cast, kind=kind)) for kind in activity.KINDS}
    assert counted == {"edits": 1, "money": 1, "contacts": 2, "sign_ins": 1, "mail": 2, "imports": 1}


def test_events_by_a_group_or_by_one_person(session, cast):
    note(session, cast, NOON, by=cast.operator("finance"))
    note(session, cast, NOON, by=cast.operator("support"))
    note(session, cast, NOON, by=cast.person("owner"))
    note(session, cast, NOON, by=actors.system("worker"))
    mail(session, cast, NOON)
    assert {event.who for event in told(session, cast, who="operators")} == {"Finance Operator", "Support Operator"}
    assert {event.who for event in told(session, cast, who="customer")} == {"Marta Grünwald"}
    assert len(told(session, cast, who="itself")) == 2
    assert [event.who for event in told(session, cast, who=cast.operators["support"].id)] == ["Support Operator"]
    assert {name for _, name in activity.people(session, cast.own.id)} == {"Finance Operator", "Support Operator", "Marta Grünwald"}


@pytest.mark.parametrize("wrong", [{"kind": "gossip"}, {"who": "nobody"}, {"before": "yesterday"}, {"before": "9" * 40 + "-" + "0" * 32}])
def test_a_kind_group_or_cursor_that_is_none_is_refused(session, cast, wrong):
    with pytest.raises(NotFound):
        told(session, cast, **wrong)


def test_another_customers_events_are_not_among_them(session, cast):
    audit.record(session, "customer.merged", by=cast.operator("finance"), customer_id=cast.neighbour.id)
    session.flush()
    assert told(session, cast) == ()


def test_the_customer_sees_support_without_name_place_note_or_reason(session, cast):
    by = replace(cast.operator("finance"), device="Firefox on Linux", ip="203.0.113.5")
    wallet = wallets.open(session, own(session, cast), "EUR", by=by)
    wallets.adjust(session, wallet, 2500, reason="goodwill", key="k1", note="Secret", customer_text="Sorry", by=by)
    wallets.set_status(session, wallet, "frozen", reason="Suspicion", by=by)
    frozen, added, _ = told(session, cast, outside(cast), kind="money")
    assert frozen.text == "Northwind support froze the EUR wallet"
    assert not frozen.changes
    assert added.text == "Northwind support added 25.00 EUR of goodwill credit"
    assert lines(added) == {"Balance": ("0.00", "25.00"), "Why": "Sorry"}
    assert (added.origin, added.device, added.ip) == ("", "", "")


def test_the_customer_sees_no_edit_of_what_is_for_operators_only(session, cast):
    by = cast.operator("support")
    customers.change(session, own(session, cast), {"notes": "Difficult", "custom_data": {"risk": 9}}, version=None, by=by)
    customers.change(session, own(session, cast), {"notes": "Very", "name": "Grünwald GmbH"}, version=None, by=by)
    note(session, cast, clock.now(), "customer.merged")
    (event,) = told(session, cast, outside(cast), kind="edits")
    assert lines(event) == {"Name": ("Grünwald & Jørgensen GmbH", "Grünwald GmbH")}
    assert event.text == "Northwind support changed the name"


def test_hidden_events_do_not_shorten_the_customers_pages(session, cast):
    for minute in range(40):
        field = "notes" if minute % 4 else "name"
        note(session, cast, NOON + timedelta(minutes=minute), "customer.updated", changes={field: (str(minute), str(minute + 1))})
    first = activity.page(session, cast.own.id, outside(cast), size=4)
    assert len(first.events) == 4
    second = activity.page(session, cast.own.id, outside(cast), before=first.older, size=20)
    assert len(second.events) == 6
    assert second.older == ""


def test_the_customer_reads_its_own_acts_as_you(session, cast):
    contacts.add(
        session, own(session, cast), {"email": "ngozi@gruenwald.example"}, by=replace(cast.person("owner"), device="Safari on iPhone")
    )
    (event,) = told(session, cast, outside(cast), kind="contacts")
    assert event.text == "You added the contact ngozi@gruenwald.example"
    assert (event.origin, event.device) == ("portal", "Safari on iPhone")
    (event,) = told(session, cast, outside(cast, "viewer"), kind="contacts")
    assert event.text.startswith("Marta Grünwald added")


def test_essential_mail_is_told_to_its_reader_only(session, cast):
    mail(session, cast, NOON, to="owner", topic="sign_in", subject="Sign in to Northwind")
    mail(session, cast, NOON, to="owner", topic="wallet", subject="More credit")
    assert [event.text for event in told(session, cast, outside(cast, "viewer"))] == ["Mail “More credit” to Marta Grünwald"]
    assert len(told(session, cast, outside(cast))) == 2


ENTRANCES = {
    "email_change.done": ("Marta", {"to": "m•@x.example"}, "confirmed m•@x.example as the new address to sign in with"),
    "email_change.requested": ("Marta", {"to": "m•@x.example"}, "asked to sign in with m•@x.example from now on"),
    "email_change.stopped": (
        "Marta",
        {"to": "m•@x.example", "reverted": True},
        "took back the change of the sign-in address to m•@x.example",
    ),
    "factor.added": ("Marta", {"kind": "totp"}, "set up an authenticator app"),
    "passkey.added": ("Marta", {"passkey": "My phone"}, "added the passkey My phone"),
    "recovery.used": ("Marta", {"left": 9}, "used a recovery code"),
    "user.password_removed": ("Marta", {}, "removed the password"),
    "user.signed_in": ("Marta", {"method": "passkey"}, "signed in with a passkey"),
    "view.ended": ("Vera", {"seconds": 240}, "ended the visit as Vera, after 4 minutes"),
    "view.started": ("Vera", {"visit_reason": "Why not"}, "began a visit as Vera"),
}


@pytest.mark.parametrize("action", ENTRANCES)
def test_acts_about_getting_in_are_told_to_both_sides(session, cast, action):
    name, facts, words = ENTRANCES[action]
    audit.record(session, action, by=cast.person("owner"), customer_id=cast.own.id, subject_name=name, facts=facts)
    session.flush()
    for reader in (INSIDE, outside(cast, "viewer")):
        assert told(session, cast, reader, kind="sign_ins")[0].text == f"Marta Grünwald {words}"


def test_a_visit_says_why_to_both_and_who_to_operators_only(session, cast):
    by = replace(cast.operator("support"), on_behalf_of="Vera")
    audit.record(session, "view.started", by=by, customer_id=cast.own.id, subject_name="Vera", facts={"visit_reason": "Invoice 4711"})
    session.flush()
    for reader, who in ((INSIDE, "Support Operator"), (outside(cast), "Northwind support")):
        [event] = told(session, cast, reader)
        assert event.text == f"{who} began a visit as Vera"
        assert lines(event) == {"Why": "Invoice 4711"}
