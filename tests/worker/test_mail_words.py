"""Mail goes out in the words of its operators, in its reader's language; the log shows it as it went, whatever is written later."""

import email
import email.policy
import re

import pytest

from portal.domain import mail_log
from portal.domain.letters import LETTERS, Words, examples, testing, versions
from portal.domain.letters.phrases import say
from portal.gateways.smtp import Smtp
from portal.model import EmailMessage, LetterVersion
from portal.worker import mail_job

LETTER = LETTERS["wallet_credited"]
MINE = Words("{amount} for you", "Now {after}", "Dear {contact_name},\n\n**{amount}** more & <more>.\n\n[Have a look](open_wallet)")


@pytest.fixture
def write(database, cast):
    """Put words in force: write(words, entity=) -> the version."""

    def save(words: Words, *, entity=None) -> LetterVersion:
        with database.writing() as session:
            history = versions.history(session, LETTER.name, entity_id=entity.id if entity else None, locale=words.locale)
            after = history[0].number if history else 0
            return versions.save(session, LETTER, words, entity=entity, after=after, by=cast.operator())

    return save


@pytest.fixture
def mails(mail_server, database, sent_by):
    """Send what is due: mails() -> parsed messages."""
    server = mail_server()
    smtp = Smtp(f"smtp://127.0.0.1:{server.port}")

    def read():
        while mail_job.run(database, sent_by(server), smtp):
            pass
        return [email.message_from_bytes(envelope.content, policy=email.policy.default) for envelope in server.taken]

    yield read
    smtp.close()


def bodies(message) -> tuple[str, str]:
    text, html = (message.get_body((kind,)).get_content() for kind in ("plain", "html"))
    return " ".join(text.split()), html


def test_a_letter_goes_out_in_the_operators_words_in_text_and_html(write, credited, mails, rows):
    version = write(MINE)
    credited()
    (message,) = mails()
    text, html = bodies(message)
    assert message["Subject"] == "25.00 EUR for you"
    assert "Dear Marta, 25.00 EUR more & <more>. Have a look: http" in text
    assert "<strong>25.00&nbsp;EUR</strong> more &amp; &lt;more&gt;." in html
    assert "top mail about wallet activity" in text
    assert message["List-Unsubscribe"]
    assert rows()[0].letter_version_id == version.id


def test_words_of_the_readers_language_are_taken_and_named_in_the_html(database, cast, write, credited, mails):
    write(MINE)
    write(Words("{amount} für Sie", "Jetzt {after}", "Guten Tag,\n\n[Ansehen](open_wallet)", "de"))
    with database.writing() as session:
        session.merge(cast.own_contacts["owner"]).locale = "de"
    credited()
    (message,) = mails()
    assert message["Subject"] == "25,00 EUR für Sie"
    assert '<html lang="de">' in bodies(message)[1]


def test_the_log_shows_a_message_as_it_went_though_other_words_are_in_force_since(database, write, credited, mails, rows):
    write(MINE)
    (message_id,) = credited()
    mails()
    write(Words("Later", "Later", "Later.\n\n[Later](open_wallet)"))
    with database.reading() as session:
        letter = mail_log.reread(session, session.get_one(EmailMessage, message_id), public_url="https://portal.example")
    assert letter.subject == rows()[0].subject == "25.00\N{NO-BREAK SPACE}EUR for you".replace("\N{NO-BREAK SPACE}", " ")
    assert "Dear Marta," in letter.text


def test_a_message_that_waits_is_shown_in_the_words_that_are_in_force(database, write, credited):
    (message_id,) = credited()
    write(MINE)
    with database.reading() as session:
        letter = mail_log.reread(session, session.get_one(EmailMessage, message_id), public_url="https://portal.example")
    assert letter.subject == "25.00 EUR for you"


def test_after_the_words_are_given_back_a_letter_goes_out_in_ours(database, cast, write, credited, mails, rows):
    write(MINE)
    with database.writing() as session:
        versions.give_back(session, LETTER, entity=None, locale="en", by=cast.operator())
    credited()
    (message,) = mails()
    assert message["Subject"] == "You have 25.00 EUR more credit"
    assert rows()[0].letter_version_id is None


@pytest.fixture
def german(database, cast):
    """Let the owner of the cast's own customer read German."""
    with database.writing() as session:
        session.merge(cast.own_contacts["owner"]).locale = "de"


def test_a_reader_is_written_to_in_their_language_to_the_last_word(database, german, write, credited, mails, rows):
    write(MINE)
    (message_id,) = credited()
    with database.writing() as session:
        waiting = session.get_one(EmailMessage, message_id)
        waiting.facts = {**waiting.facts, "reason": say("Goodwill")}
    (message,) = mails()
    text, html = bodies(message)
    assert message["Subject"] == "Ihr Guthaben ist um 25,00 EUR gestiegen"
    assert "Kulanz" in text
    assert "als Hauptkontakt von Grünwald & Jørgensen GmbH, weil „Guthabenbewegungen“ eingeschaltet ist." in text
    assert '<html lang="de">' in html
    for words in ("Goodwill", "You get this", "Choose what we send you", "top mail about", "Read this in"):
        assert words not in text + html
    assert rows()[0].language == "de"
    assert rows()[0].why == "You get this as primary contact of Grünwald & Jørgensen GmbH, because wallet activity is on."


def test_the_log_keeps_the_language_a_message_was_made_ready_in(database, german, write, credited, mails):
    (message_id,) = credited()
    mails()
    write(Words("{amount} mehr", "Jetzt {after}", "Guten Tag,\n\n[Ansehen](open_wallet)", "de"))
    with database.writing() as session:
        message = session.get_one(EmailMessage, message_id)
        letter = mail_log.reread(session, message, public_url="https://portal.example")
        assert letter.subject == "Ihr Guthaben ist um 25,00 EUR gestiegen"
        message.locale = "fr"
        assert "Guten Tag Marta," in mail_log.reread(session, message, public_url="https://portal.example").text


def test_a_message_from_before_languages_were_kept_is_shown_in_english_as_it_went(database, german, credited, mails):
    (message_id,) = credited()
    mails()
    with database.writing() as session:
        message = session.get_one(EmailMessage, message_id)
        message.language = ""
        message.facts = {**message.facts, "reason": "Goodwill", "why": "You get this as primary contact of Grünwald."}
        letter = mail_log.reread(session, message, public_url="https://portal.example")
    assert letter.subject == "You have 25,00 EUR more credit"
    assert "You get this as primary contact of Grünwald." in letter.text
    assert "Goodwill" in letter.text
    assert '<html lang="en">' in letter.html


def test_a_reader_of_a_language_that_we_do_not_write_gets_english_and_it_is_kept(database, cast, credited, mails, rows):
    with database.writing() as session:
        session.merge(cast.own_contacts["owner"]).locale = "ja"
    credited()
    (message,) = mails()
    assert message["Subject"].startswith("You have ")
    assert '<html lang="en">' in bodies(message)[1]
    assert rows()[0].language == "en"


def test_an_operators_words_in_a_language_we_do_not_write_stand_in_an_english_frame_that_says_so(database, cast, write, credited, mails):
    write(Words("{amount} mere", "Nu {after}", "Hej,\n\n[Se](open_wallet)", "da"))
    with database.writing() as session:
        session.merge(cast.own_contacts["owner"]).locale = "da"
    credited()
    html = bodies(mails()[0])[1]
    assert '<html lang="da">' in html
    assert re.search(r'<p class="small" lang="en"[^>]*>You get this', html)


def test_a_message_that_waits_is_shown_in_the_readers_language(database, german, credited):
    (message_id,) = credited()
    with database.reading() as session:
        letter = mail_log.reread(session, session.get_one(EmailMessage, message_id), public_url="https://portal.example")
    assert letter.subject == "Ihr Guthaben ist um 25,00 EUR gestiegen"


@pytest.mark.parametrize("letter", LETTERS.values(), ids=lambda letter: letter.name)
def test_a_test_of_any_letter_arrives_marked_with_links_that_do_nothing(database, cast, mails, letter):
    with database.writing() as session:
        entity = session.merge(cast.entity)
        example = examples.sample(letter, entity, locale="en", public_url="http://localhost")
        words = Words("Tried", "Tried", versions.words_in(None, letter.name).body)
        testing.send(session, letter, words, example, entity=entity, by=cast.operator("manager"))
    (message,) = mails()
    text, _ = bodies(message)
    assert message["Subject"] == "Test: Tried"
    assert "manager@northwind.example" in message["To"]
    assert message["List-Unsubscribe"] is None
    assert "/links/" not in text
    assert "/sign-in/" not in text
