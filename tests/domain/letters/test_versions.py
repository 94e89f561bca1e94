"""Versions of a letter's words: whose a reader gets, what is kept, what is refused, what is put back."""

from dataclasses import replace

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from portal.domain.errors import NotFound, Refusal
from portal.domain.letters import LETTERS, Words, ours, versions
from portal.domain.letters.comparing import compare
from portal.domain.letters.versions import NothingChanged, WordsChanged, WordsWrong
from portal.model import AuditEvent, LetterVersion
from portal.values import ids
from tests import factories

LETTER = LETTERS["address_in_use"]
WORDS = Words("Yours already", "Nothing has changed.", "Hello,\n\nnothing has changed.")


@pytest.fixture
def saved(session, cast):
    """Save words: saved("Subject", entity=, locale=) -> the version."""

    def save(subject: str, *, entity=None, locale: str = "en", letter=LETTER) -> LetterVersion:
        before = versions.history(session, letter.name, entity_id=entity.id if entity else None, locale=locale)
        words = replace(WORDS, subject=subject, locale=locale)
        after = before[0].number if before else 0
        return versions.save(session, letter, words, entity=entity, note="why not", after=after, by=cast.operator())

    return save


def subject_for(session, entity_id, locale: str = "en") -> str:
    version = versions.in_force(session, LETTER.name, entity_id=entity_id, locale=locale)
    return version.subject if version else "ours"


def test_without_a_version_the_words_are_ours(session, cast):
    assert subject_for(session, cast.entity.id) == "ours"
    assert versions.words_in(None, LETTER.name) == ours(LETTER.name)


def test_the_newest_version_is_in_force_and_all_are_kept(session, cast, saved):
    first, second = saved("one"), saved("two")
    assert subject_for(session, cast.entity.id) == "two"
    assert [one.number for one in versions.history(session, LETTER.name, entity_id=None, locale="en")] == [2, 1]
    assert (first.author_name, first.note, second.letter) == ("Owner Operator", "why not", LETTER.name)


def test_the_readers_language_comes_first_then_the_business_entity_then_english(session, cast, saved):
    other, _ = factories.entity(session, name="Southwind", is_default=False)
    saved("en all")
    assert subject_for(session, cast.entity.id, "ja_JP") == "en all"
    saved("en Northwind", entity=cast.entity)
    assert subject_for(session, cast.entity.id, "ja-JP") == "en Northwind"
    assert subject_for(session, other.id, "ja") == "en all"
    assert subject_for(session, cast.entity.id, "de_AT") == "ours", "our German words come before anybody’s English ones"
    saved("de all", locale="de")
    assert subject_for(session, cast.entity.id, "de_AT") == "de all"
    saved("de Northwind", entity=cast.entity, locale="de")
    assert subject_for(session, cast.entity.id, "de") == "de Northwind"
    assert subject_for(session, other.id, "de") == "de all"
    assert subject_for(session, other.id, "da") == "en all"


def test_what_is_given_back_holds_no_more_and_stays_in_the_list(session, cast, saved):
    saved("for all")
    saved("Northwind", entity=cast.entity)
    by = cast.operator()
    versions.give_back(session, LETTER, entity=cast.entity, locale="en", by=by)
    assert subject_for(session, cast.entity.id) == "for all"
    versions.give_back(session, LETTER, entity=None, locale="en", by=by)
    assert subject_for(session, cast.entity.id) == "ours"
    assert [one.is_ours for one in versions.history(session, LETTER.name, entity_id=None, locale="en")] == [True, False]
    with pytest.raises(NothingChanged):
        versions.give_back(session, LETTER, entity=None, locale="en", by=by)


def test_an_older_version_is_restored_as_a_new_one(session, cast, saved):
    first = saved("one")
    saved("two")
    made = versions.restore(session, LETTER, first, entity=None, by=cast.operator())
    assert (made.number, made.subject, made.note) == (3, "one", "The words of version 1")
    with pytest.raises(NothingChanged):
        versions.restore(session, LETTER, first, entity=None, by=cast.operator())


def test_words_that_are_no_letter_are_refused_with_their_faults(session, cast):
    with pytest.raises(WordsWrong) as refused:
        versions.save(session, LETTER, replace(WORDS, body="{ammount}"), entity=None, after=0, by=cast.operator())
    assert refused.value.faults[0].sentence.startswith("There is no {ammount} here.")
    assert not session.scalars(select(LetterVersion)).all()


def test_who_saves_over_words_they_have_not_seen_is_stopped(session, cast, saved):
    saved("one")
    with pytest.raises(WordsChanged):
        versions.save(session, LETTER, replace(WORDS, subject="mine"), entity=None, after=0, by=cast.operator())
    with pytest.raises(NothingChanged):
        versions.save(session, LETTER, replace(WORDS, subject="one"), entity=None, after=1, by=cast.operator())


def test_a_language_that_is_not_offered_is_refused(session, cast):
    with pytest.raises(Refusal) as refused:
        versions.save(session, LETTER, replace(WORDS, locale="tlh"), entity=None, after=0, by=cast.operator())
    assert refused.value.field == "locale"


def test_a_version_that_fits_its_letter_no_more_is_passed_over(session, cast, saved):
    saved("fits")
    session.add(LetterVersion(letter=LETTER.name, locale="en", number=2, subject="{gone}", preheader="x", body="x"))
    session.flush()
    assert subject_for(session, cast.entity.id) == "ours"


def test_a_version_of_another_letter_is_not_found(session, cast, saved):
    made = saved("one")
    assert versions.find(session, LETTER.name, made.id) is made
    for letter, version_id in (("sign_in", made.id), (LETTER.name, ids.new_id())):
        with pytest.raises(NotFound):
            versions.find(session, letter, version_id)


def test_versions_are_never_changed_and_never_deleted(session, saved):
    saved("one")
    for act in ("UPDATE letter_version SET subject = 'x'", "DELETE FROM letter_version"):
        with pytest.raises(DatabaseError, match="append-only"), session.begin_nested():
            session.execute(text(act))


def test_what_was_done_is_on_record(session, cast, saved):
    first = saved("one", entity=cast.entity)
    saved("two", entity=cast.entity)
    versions.restore(session, LETTER, first, entity=cast.entity, by=cast.operator())
    versions.give_back(session, LETTER, entity=cast.entity, locale="en", by=cast.operator())
    events = session.scalars(select(AuditEvent).where(AuditEvent.action.startswith("letter.")).order_by(AuditEvent.id)).all()
    assert [event.action for event in events] == ["letter.changed", "letter.changed", "letter.restored", "letter.given_back"]
    assert events[0].facts == {"version": 1, "language": "English", "business_entity": "Northwind", "note": "why not"}


def test_the_gallery_is_told_what_is_in_force(session, cast, saved):
    saved("one")
    saved("de", locale="de")
    versions.give_back(session, LETTER, entity=None, locale="de", by=cast.operator())
    assert [one.subject for one in versions.newest(session)[LETTER.name]] == ["one"]


def test_versions_are_compared_line_by_line():
    lines = compare(WORDS, replace(WORDS, subject="New", body="Hello,\n\nnothing has changed.\nReally."))
    assert [(line.kind, line.text) for line in lines if line.kind != "same"] == [
        ("gone", "Subject: Yours already"),
        ("new", "Subject: New"),
        ("new", "Really."),
    ]
    assert {line.kind for line in compare(WORDS, WORDS)} == {"same"}
