"""Letters in the settings: the gallery, each letter as its reader gets it, its words changed, compared, put back, tried."""

import re

import pytest
from sqlalchemy import func, select

from portal.domain import wallets
from portal.domain.letters import LETTERS, ours
from portal.domain.topics import TOPICS
from portal.model import EmailMessage, LetterVersion
from portal.values import ids
from tests import factories

HERE = "/console/settings/letters"
LETTER = f"{HERE}/wallet_credited"
MINE = {
    "subject": "{amount} for you",
    "preheader": "Now {after}",
    "body": "Dear {contact_name},\n\n**{amount}** more.\n\n[Look](open_wallet)",
}


@pytest.fixture
def manager(client):
    return client.as_operator("manager")


def rows(database, model) -> list:
    with database.reading() as session:
        return list(session.scalars(select(model).order_by(model.created_at)))


def save(manager, words=None, query: str = ""):
    return manager.follow(manager.submit(manager.get(f"{LETTER}/edit{query}"), f"{LETTER}/versions", MINE | (words or {})))


def test_the_gallery_holds_every_letter_by_the_class_of_its_topic(client):
    page = client.as_operator("support").get(HERE)
    for letter in LETTERS.values():
        assert page.find_all("a", href=f"{HERE}/{letter.name}")
        assert letter.when in page.text
        assert letter.reader in page.text
    assert page.text.index("Essential") < page.text.index("Billing")
    assert {TOPICS[letter.topic].kind for letter in LETTERS.values()} >= {"essential", "billing"}
    assert "You have 25.00 EUR more credit" in page.text


@pytest.mark.parametrize("letter", LETTERS.values(), ids=lambda letter: letter.name)
def test_every_letter_is_shown_in_each_of_its_looks(client, letter):
    support = client.as_operator("support")
    for look in ("light", "dark", "phone", "text"):
        page = support.get(f"{HERE}/{letter.name}?as={look}")
        assert page.h1 == letter.title
        assert len(page.find_all("iframe")) == {"text": 0, "phone": 2}.get(look, 1)
        assert all(frame.get("sandbox") == "" for frame in page.find_all("iframe"))
    assert not page.find_all("a", href=f"{HERE}/{letter.name}/edit")


def test_a_frame_may_be_styled_and_nothing_else_and_only_we_may_frame_it(client):
    response = client.as_operator("support").http.get(f"{LETTER}/html")
    policy = response.headers["Content-Security-Policy"]
    assert policy.startswith("sandbox; default-src 'none'; style-src 'unsafe-inline';")
    assert "frame-ancestors 'self'" in policy
    assert "script" not in policy
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert response.headers["Cache-Control"] == "no-store"


def test_light_and_dark_are_as_asked_whatever_the_operators_system_says(client):
    http = client.as_operator("support").http
    light, dark = (http.get(f"{LETTER}/html{query}").get_data(as_text=True) for query in ("", "?dark=1"))
    assert "@media not all" in light
    assert "@media all" in dark
    assert "prefers-color-scheme: dark" not in light + dark


def test_a_letter_is_shown_with_a_customers_own_facts_and_nothing_is_sent(client, cast, database):
    with database.writing() as session:
        wallet = wallets.open(session, session.merge(cast.own), "KWD", by=cast.operator())
        wallets.adjust(session, wallet, 1_234_567, reason="goodwill", key=str(ids.new_id()), by=cast.operator())
        before = session.scalar(select(func.count()).select_from(EmailMessage))
    support = client.as_operator("support")
    page = support.get(f"{LETTER}?q=grünwald")
    (link,) = [one.get("href") for one in page.find_all("a") if "customer=" in (one.get("href") or "")]
    page = support.get(link.replace("as=light", "as=text"))
    assert "You have 1,234.567 KWD more credit" in page.text
    assert "Hello Marta," in page.text
    assert "Shown with the name of Grünwald & Jørgensen GmbH" in page.text
    assert "1,234.567" in support.http.get(f"{LETTER}/html?customer={cast.own.id}").get_data(as_text=True)
    assert len(rows(database, EmailMessage)) == before


def test_with_a_customer_the_words_stay_those_of_all(manager, cast, database):
    page = manager.get(f"{LETTER}/edit?customer={cast.own.id}")
    assert "All, English" in page.text
    page = manager.follow(manager.submit(page, f"{LETTER}/versions", MINE))
    assert "Shown with the name of Grünwald & Jørgensen GmbH" in page.text
    assert rows(database, LetterVersion)[0].business_entity_id is None
    assert "In version 1 for all, English." in manager.get(f"{LETTER}?customer={cast.neighbour.id}").text


def test_a_test_with_a_customers_facts_goes_to_oneself_all_the_same(manager, cast, database):
    manager.follow(manager.submit(manager.get(f"{LETTER}?customer={cast.own.id}"), f"{LETTER}/tests"))
    (message,) = rows(database, EmailMessage)
    assert (message.to_address, message.facts["customer_name"]) == ("manager@northwind.example", "Grünwald & Jørgensen GmbH")


def test_a_customer_is_found_by_id_too_and_not_finding_one_is_said(client):
    support = client.as_operator("support")
    assert "Nachbar AG" in support.get(f"{LETTER}?q=CUST-58").text
    assert "No customer’s name or ID begins with “nobody”." in support.get(f"{LETTER}?q=nobody").text


@pytest.mark.parametrize(
    "query",
    [
        "customer=x",
        "customer=0192f0c1-0000-7000-8000-000000000000",
        "entity=x",
        "locale=tlh",
        "version=0192f0c1-0000-7000-8000-000000000000",
    ],
)
def test_what_is_not_there_is_not_found(client, query):
    client.as_operator("support").get(f"{LETTER}?{query}", status=404)


def test_a_letter_that_does_not_exist_is_not_found(client):
    for place in ("/nonsense", "/nonsense/html", "/nonsense/edit"):
        client.as_operator("owner").get(HERE + place, status=404)


def test_words_are_changed_and_go_out_from_then_on(manager, database):
    page = save(manager, {"note": "shorter"})
    assert "Version 1 is in force." in page.text
    (version,) = rows(database, LetterVersion)
    assert (version.subject, version.note, version.locale, version.business_entity_id) == (MINE["subject"], "shorter", "en", None)
    assert "25.00 EUR for you" in page.text
    assert "<strong>25.00&nbsp;EUR</strong> more." in manager.http.get(f"{LETTER}/html").get_data(as_text=True)
    gallery = manager.get(HERE).text
    assert "25.00 EUR for you" in gallery
    assert "edited" in gallery


def test_words_are_for_one_business_entity_and_one_language(manager, database, cast):
    with database.writing() as session:
        other, _ = factories.entity(session, name="Southwind", is_default=False)
    page = save(manager, query=f"?entity={other.id}&locale=de")
    assert "Southwind, German" in page.text
    assert (rows(database, LetterVersion)[0].business_entity_id, rows(database, LetterVersion)[0].locale) == (other.id, "de")
    assert "25,00 EUR for you" in manager.get(f"{LETTER}?entity={other.id}&locale=de").text
    page = manager.get(f"{LETTER}?locale=de")
    assert "Ihr Guthaben ist um 25,00 EUR gestiegen" in page.text
    assert "In our words." in page.text


def test_the_gallery_speaks_the_language_that_is_chosen(client):
    support = client.as_operator("support")
    page = support.get(f"{HERE}?locale=de")
    assert "Ihr Guthaben ist um 25,00 EUR gestiegen" in page.text
    assert page.find_all("a", href=f"{LETTER}?locale=de")
    assert [option.get("value") for option in page.find_all("option") if option.get("selected") is not None] == ["de"]
    assert "There are no words of ours in Japanese: English is sent" in support.get(f"{HERE}?locale=ja").text
    support.get(f"{HERE}?locale=tlh", status=404)


def test_a_letter_is_looked_at_in_each_form_in_our_words_of_a_language(client):
    support = client.as_operator("support")
    text = support.get(f"{LETTER}?locale=de&as=text").text
    assert "Guten Tag Marta," in text
    assert "Kulanz" in text
    assert "Sie erhalten diese E-Mail als Hauptkontakt von" in text
    html = support.http.get(f"{LETTER}/html?locale=de").get_data(as_text=True)
    assert '<html lang="de">' in html
    assert "Auswählen, was wir Ihnen senden" in html


def test_where_there_are_no_words_of_ours_it_is_said_that_english_is_sent(client):
    page = client.as_operator("support").get(f"{LETTER}?locale=ja")
    assert "In our words, in English: there are none of ours in Japanese, so English is sent." in page.text
    assert "You have 25.00 EUR more credit" in page.text
    html = client.as_operator("support").http.get(f"{LETTER}/html?locale=ja").get_data(as_text=True)
    assert '<html lang="en">' in html
    page = client.as_operator("support").get(f"{LETTER}?locale=pt_BR")
    assert "In our words, in Portuguese." in page.text


def test_who_writes_german_words_begins_with_our_german_ones(manager, database):
    page = manager.get(f"{LETTER}/edit?locale=de")
    assert ours("wallet_credited", "de").body in page.find("textarea", name="body").text
    save(manager, {"subject": "{amount} mehr", "preheader": "Jetzt {after}", "body": "Guten Tag,\n\n[Ansehen](open_wallet)"}, "?locale=de")
    version = rows(database, LetterVersion)[0]
    page = manager.get(f"{LETTER}/versions/{version.id}?with=ours")
    assert f"Subject: {ours('wallet_credited', 'de').subject}" in page.text
    page = manager.follow(manager.submit(manager.get(f"{LETTER}?locale=de"), f"{LETTER}/removal"))
    assert "Ihr Guthaben ist um 25,00 EUR gestiegen" in page.text


def test_with_a_customer_the_language_is_the_one_it_would_be_sent_in(client, cast, database):
    with database.writing() as session:
        session.merge(cast.own).locale = "de"
    support = client.as_operator("support")
    page = support.get(f"{LETTER}?customer={cast.own.id}")
    assert "Ihr Guthaben ist um" in page.text
    assert [option.get("value") for option in page.find_all("option") if option.get("selected") is not None] == ["de"]


def test_a_test_goes_out_in_the_language_that_is_looked_at(manager, database):
    manager.follow(manager.submit(manager.get(f"{LETTER}?locale=fr"), f"{LETTER}/tests"))
    (message,) = rows(database, EmailMessage)
    assert message.facts["test"]["locale"] == "fr"
    assert message.facts["test"]["subject"] == ours("wallet_credited", "fr").subject


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("body", "{ammount}\n\n[Look](open_wallet)", "Line 1: There is no {ammount} here. There are: {customer_name}"),
        ("body", "Hello\n\n**{amount}\n\n[Look](open_wallet)", "Line 3: A ** is not closed on its line."),
        ("body", "Hello", "Line 1: Without its link this letter is of no use."),
        ("body", "", "Line 1: The words are missing."),
        ("subject", "", "The subject is missing."),
        ("subject", "Hi\r\nBcc: all@example.com", "A subject stands on one line."),
        ("subject", "{{ config }}", "A { is not closed."),
        ("preheader", "https://evil.example", "cannot stand here"),
        ("note", "x" * 201, "there is room for 200"),
    ],
)
def test_what_is_wrong_is_said_with_its_line_and_kept_as_typed(manager, database, field, typed, sentence):
    page = manager.submit(manager.get(f"{LETTER}/edit"), f"{LETTER}/versions", MINE | {field: typed}, status=422)
    assert sentence in page.text
    kept = {name: text for name, text in MINE.items() if name != field}
    assert kept.items() <= page.form(f"{LETTER}/versions").items()
    assert not rows(database, LetterVersion)


def test_who_saves_over_words_they_have_not_seen_is_told(manager, database):
    late = manager.get(f"{LETTER}/edit")
    save(manager)
    page = manager.submit(late, f"{LETTER}/versions", MINE | {"subject": "Late"}, status=422)
    assert "Somebody else saved other words in the meantime." in page.text
    assert page.form(f"{LETTER}/versions")["subject"] == "Late"
    assert len(rows(database, LetterVersion)) == 1


def test_versions_are_compared_and_an_older_one_restored(manager, database):
    save(manager)
    save(manager, {"subject": "{amount} is yours"})
    first, second = rows(database, LetterVersion)
    page = manager.get(f"{LETTER}/versions/{second.id}")
    assert [one.text for one in page.find_all("del")] == ["Subject: {amount} for you"]
    assert [one.text for one in page.find_all("ins")] == ["Subject: {amount} is yours"]
    assert f"Subject: {ours('wallet_credited').subject}" in manager.get(f"{LETTER}/versions/{second.id}?with=ours").text
    page = manager.get(LETTER)
    page = manager.follow(manager.submit(page, f"{LETTER}/versions/{first.id}/restoration"))
    assert "Version 3 is in force, in the words of version 1." in page.text
    assert rows(database, LetterVersion)[2].subject == MINE["subject"]


def test_our_words_are_put_back_and_the_versions_stay(manager, database):
    page = save(manager)
    page = manager.follow(manager.submit(page, f"{LETTER}/removal"))
    assert "The words are put back." in page.text
    assert "You have 25.00 EUR more credit" in page.text
    assert "Version 1" in page.text
    assert [one.is_ours for one in rows(database, LetterVersion)] == [False, True]


def test_an_older_version_is_looked_at_as_a_letter(manager, database):
    save(manager)
    save(manager, {"subject": "{amount} is yours"})
    first, _ = rows(database, LetterVersion)
    page = manager.get(f"{LETTER}?version={first.id}")
    assert "25.00 EUR for you" in page.text
    assert "which is not in force" in page.text


def draft(manager, act: str, words=None):
    typed = manager.get(f"{LETTER}/edit").form(f"{LETTER}/versions") | MINE | (words or {}) | {"act": act}
    return manager.http.post(f"{LETTER}/draft", data=typed)


def test_words_are_looked_at_before_they_are_saved(manager, database):
    response = draft(manager, "dark")
    assert "<strong>25.00&nbsp;EUR</strong> more." in response.get_data(as_text=True)
    assert "@media all" in response.get_data(as_text=True)
    assert response.headers["Content-Security-Policy"].startswith("sandbox;")
    assert not rows(database, LetterVersion)
    response = draft(manager, "light", {"body": "{ammount}"})
    assert response.status_code == 422
    assert "There is no {ammount} here." in response.get_data(as_text=True)


def test_words_that_are_typed_run_nowhere(manager):
    typed = {"body": "<script>alert(1)</script> {{7*7}} &\n\n[Look](open_wallet)".replace("{{7*7}}", r"\{\{7*7\}\}")}
    html = draft(manager, "light", typed).get_data(as_text=True)
    assert "<script" not in html
    assert "{{7*7}}" in html
    assert "49" not in re.sub(r"#\w+", "", html)


def test_a_draft_is_sent_to_oneself_and_not_saved(manager, database):
    response = draft(manager, "test")
    assert "To manager@northwind.example" in response.get_data(as_text=True)
    (message,) = rows(database, EmailMessage)
    assert message.facts["test"]["subject"] == MINE["subject"]
    assert not rows(database, LetterVersion)


def test_a_test_goes_to_ones_own_address_and_too_many_are_told_to_wait(manager, database):
    for _ in range(10):
        page = manager.follow(manager.submit(manager.get(LETTER), f"{LETTER}/tests"))
        assert "A test is on its way to manager@northwind.example." in page.text
    page = manager.submit(manager.get(LETTER), f"{LETTER}/tests", status=429)
    assert "10 tests an hour go to one address." in page.text
    assert {message.to_address for message in rows(database, EmailMessage)} == {"manager@northwind.example"}


def test_who_may_only_read_may_not_change_or_try(client, database):
    support = client.as_operator("support")
    support.get(f"{LETTER}/edit", status=403)
    for act in ("versions", "draft", "tests", "removal"):
        assert support.post(f"{LETTER}/{act}", MINE, status=403)
    assert not rows(database, LetterVersion)
    client.as_operator("viewer").get(HERE, status=403)


def test_what_was_done_is_told_in_the_activity(manager, client):
    save(manager)
    assert "changed the words of the letter More credit" in client.as_operator("owner").get("/console/activity").text


def test_a_version_that_fits_its_letter_no_more_is_said_and_ours_go_out(client, database):
    with database.writing() as session:
        session.add(LetterVersion(letter="wallet_credited", locale="en", number=1, subject="{gone}", preheader="x", body="x"))
    support = client.as_operator("support")
    assert "Fits no more" in support.get(HERE).text
    page = support.get(LETTER)
    assert "Fits no more" in page.text
    assert "You have 25.00 EUR more credit" in page.text
    version = rows(database, LetterVersion)[0]
    manager = client.as_operator("manager")
    page = manager.post(f"{LETTER}/versions/{version.id}/restoration", status=422)
    assert "Version 1 fits this letter no more. Line 1: There is no {gone} here." in page.text
    assert "lacks a fact" in support.get(f"{LETTER}?version={version.id}").text
    assert support.http.get(f"{LETTER}/html?version={version.id}").status_code == 409
