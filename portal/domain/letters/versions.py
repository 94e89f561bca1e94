"""The words of letters as operators write them: kept version by version, the newest in force, found by business entity and language.

A message goes out in the words of its reader's language: its business entity's before those for all, and where nobody has
written any, in ours. Where there are none of ours in that language either, it goes out in English, found the same way.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.domain import audit
from portal.domain.actors import Actor
from portal.domain.errors import Conflict, NotFound, Refusal
from portal.domain.letters.catalogue import LETTERS, Letter
from portal.domain.letters.checking import Fault, check
from portal.domain.letters.words import DEFAULT_LOCALE, LANGUAGES, Words, languages, ours
from portal.model import Broadcast, BusinessEntity, EmailMessage, LetterVersion
from portal.values.locales import LOCALES
from portal.values.text import clean, clean_line

NOTE_LENGTH = 200


class WordsWrong(Refusal):
    """The words are no letter; `faults` say where and why."""

    sentence = "These words cannot be sent yet."

    def __init__(self, faults: list[Fault]):
        super().__init__()
        self.faults = faults


class WordsChanged(Conflict):
    """Somebody else saved a version in between; nothing of theirs is overwritten."""

    sentence = "Somebody else saved other words in the meantime. Look at theirs before you save yours over them."


class NothingChanged(Refusal):
    """The words are those in force."""

    sentence = "These are the words in force. Nothing has changed."


def in_force(session: Session, letter: str, *, entity_id: UUID | None, locale: str) -> LetterVersion | None:
    """Find whose words a reader gets; None where they are ours (see `ours`).

    A version that does not fit its letter any more, because the product has changed, is passed over.
    """
    wanted = _ranked().where(LetterVersion.letter == letter, LetterVersion.locale.in_(languages(locale)))
    return best(_first(session, wanted), entity_id=entity_id, locale=locale)


def best(newest: Iterable[LetterVersion], *, entity_id: UUID | None, locale: str) -> LetterVersion | None:
    """Choose of the newest versions of a letter the one that a reader gets; None where ours are."""
    written = {(one.business_entity_id, one.locale): one for one in newest}
    for language in languages(locale):
        for whose in (entity_id, None):
            version = written.get((whose, language))
            if version is not None and fits(version):
                return version
        if language in LANGUAGES:
            return None
    return None


def fits(version: LetterVersion) -> bool:
    """Tell whether a version has words, and they are still a letter: not where the product has changed what it can say."""
    return not version.is_ours and version.letter in LETTERS and not check(LETTERS[version.letter], words_in(version))


def words_in(version: LetterVersion | None, letter: str = "", locale: str = DEFAULT_LOCALE) -> Words:
    """Give the words of a version; where there is none, ours of a letter in a reader's language."""
    if version is None:
        return ours(letter, locale)
    if version.is_ours:
        return ours(version.letter, version.locale)
    return Words(version.subject, version.preheader, version.body, version.locale)


def words_of(session: Session, message: EmailMessage, *, entity_id: UUID) -> Words | None:
    """Give the words that a message was made ready in, and of one that was not yet, those that are in force now.

    None where the product knows no letter of its name any more. A broadcast is taken to be in the language of its readers:
    nobody says in which it was written.
    """
    if tried := message.facts.get("test"):
        return Words(tried["subject"], tried["preheader"], tried["body"], tried["locale"], test=True)
    if broadcast_id := message.facts.get("broadcast"):
        said = session.get_one(Broadcast, UUID(broadcast_id))
        return Words(said.subject, said.preheader, said.body).read_by(message.language or message.locale)
    if message.letter_version_id is not None:
        return words_in(session.get_one(LetterVersion, message.letter_version_id))
    if message.letter not in LETTERS:
        return None
    if message.language or message.sent_at is not None:
        return ours(message.letter, message.language or DEFAULT_LOCALE)
    version = in_force(session, message.letter, entity_id=entity_id, locale=message.locale)
    return words_in(version, message.letter, message.locale)


def history(session: Session, letter: str, *, entity_id: UUID | None, locale: str) -> list[LetterVersion]:
    """List the versions of a letter for a business entity (None: for all) in a language, the newest first."""
    return list(session.scalars(_of(letter, entity_id, locale).order_by(LetterVersion.number.desc())))


def find(session: Session, letter: str, version_id: UUID) -> LetterVersion:
    """Find a version of a letter.

    :raises NotFound: when there is none.
    """
    version = session.get(LetterVersion, version_id)
    if version is None or version.letter != letter:
        raise NotFound
    return version


def newest(session: Session) -> dict[str, list[LetterVersion]]:
    """Give by letter what is in force of each business entity and language, as far as somebody has written it."""
    found: dict[str, list[LetterVersion]] = defaultdict(list)
    for version in _first(session, _ranked()):
        if not version.is_ours:
            found[version.letter].append(version)
    return found


def save(
    session: Session, letter: Letter, words: Words, *, entity: BusinessEntity | None, note: str = "", after: int, by: Actor
) -> LetterVersion:
    """Put words in force for a business entity (None: all) in their language; `after` is the version that they were made from, 0 for none.

    :raises WordsWrong, WordsChanged, NothingChanged, Refusal: when the language is none that is offered.
    """
    if words.locale not in LOCALES:
        raise Refusal("This language is not offered.", field="locale")
    words = Words(clean(words.subject), clean(words.preheader), clean(words.body), words.locale)
    if faults := check(letter, words):
        raise WordsWrong(faults)
    before = _last(session, letter.name, entity, words.locale, after)
    if words == (words_in(before) if before is not None and not before.is_ours else None):
        raise NothingChanged
    return _add(session, letter, before, words, entity=entity, note=note, action="letter.changed", by=by)


def restore(session: Session, letter: Letter, version: LetterVersion, *, entity: BusinessEntity | None, by: Actor) -> LetterVersion:
    """Put the words of an older version in force again, as a new version.

    :raises WordsWrong: when they do not fit their letter any more; NothingChanged: when they are in force.
    """
    words = words_in(version)
    if faults := check(letter, words):
        raise WordsWrong(faults)
    before = _last(session, letter.name, entity, version.locale)
    if before is not None and words_in(before) == words and not before.is_ours:
        raise NothingChanged
    return _add(
        session, letter, before, words, entity=entity, note=f"The words of version {version.number}", action="letter.restored", by=by
    )


def give_back(session: Session, letter: Letter, *, entity: BusinessEntity | None, locale: str, by: Actor) -> LetterVersion:
    """Let the words hold that would without a business entity's own, or without any of the operators'.

    :raises NothingChanged: when they do.
    """
    before = _last(session, letter.name, entity, locale)
    if before is None or before.is_ours:
        raise NothingChanged
    return _add(session, letter, before, None, entity=entity, locale=locale, note="", action="letter.given_back", by=by)


def _add(
    session: Session,
    letter: Letter,
    before: LetterVersion | None,
    words: Words | None,
    *,
    entity: BusinessEntity | None,
    note: str,
    action: str,
    by: Actor,
    locale: str = "",
) -> LetterVersion:
    version = LetterVersion(
        letter=letter.name,
        business_entity_id=entity.id if entity is not None else None,
        locale=words.locale if words is not None else locale,
        number=before.number + 1 if before is not None else 1,
        is_ours=words is None,
        subject=words.subject if words else "",
        preheader=words.preheader if words else "",
        body=words.body if words else "",
        note=clean_line(note)[:NOTE_LENGTH],
        author_user_id=by.user_id,
        author_name=by.name[:255],
    )
    try:
        with session.begin_nested():
            session.add(version)
            session.flush()
    except IntegrityError:
        raise WordsChanged from None
    facts: Mapping[str, object] = {
        "version": version.number,
        "language": LOCALES.get(version.locale, version.locale),
        "business_entity": entity.name if entity is not None else "all",
        **({"note": version.note} if version.note else {}),
    }
    audit.record(session, action, by=by, subject=version, subject_name=letter.title, facts=dict(facts))
    return version


def _last(session: Session, letter: str, entity: BusinessEntity | None, locale: str, expected: int | None = None) -> LetterVersion | None:
    """Find the newest version; of two who write at once, the unique index of numbers lets one through."""
    entity_id = entity.id if entity is not None else None
    last = session.scalar(_of(letter, entity_id, locale).order_by(LetterVersion.number.desc()).limit(1))
    if expected is not None and expected != (last.number if last is not None else 0):
        raise WordsChanged
    return last


def _of(letter: str, entity_id: UUID | None, locale: str):
    whose = LetterVersion.business_entity_id.is_(None) if entity_id is None else LetterVersion.business_entity_id == entity_id
    return select(LetterVersion).where(LetterVersion.letter == letter, whose, LetterVersion.locale == locale)


def _ranked():
    """Make a statement for the newest version of each letter, business entity and language, as (id, rank)."""
    whose = (LetterVersion.letter, LetterVersion.business_entity_id, LetterVersion.locale)
    rank = func.row_number().over(partition_by=whose, order_by=LetterVersion.number.desc()).label("rank")
    return select(LetterVersion.id, rank)


def _first(session: Session, ranked) -> list[LetterVersion]:
    ranked = ranked.subquery()
    return list(session.scalars(select(LetterVersion).join(ranked, ranked.c.id == LetterVersion.id).where(ranked.c.rank == 1)))
