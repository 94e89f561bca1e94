"""Mail goes out in the words of its operators, in its reader's language; the log shows it as it went, whatever is written later."""

import email
import email.policy

import pytest

from portal.domain import mail_log
from portal.domain.letters import LETTERS, Words, examples, testing, versions
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
