"""All letters, by the class of their topic."""

from flask import request

from portal.domain import business_entities
from portal.domain.errors import NotFound
from portal.domain.letters import LETTERS, Brand, Letter, examples, glance, language_of, versions
from portal.domain.letters.words import DEFAULT_LOCALE
from portal.domain.topics import BILLING, ESSENTIAL, MARKETING, TOPICS
from portal.model import BusinessEntity, LetterVersion
from portal.values.locales import LOCALES
from portal.web.access import may
from portal.web.console.settings.letters.blueprint import bp, letters_page
from portal.web.database import session

CLASSES = {
    ESSENTIAL: ("Essential", "Sent whatever somebody has switched off."),
    BILLING: ("Billing", "Sent to contacts who have the topic on; each has a way to stop it."),
    MARKETING: ("Marketing", "Sent to those only who asked for it."),
}


@bp.get("")
@may("settings.read")
def index():
    """List the letters: what each is, when it is sent and to whom, how it begins in a language, and whose words it goes out in."""
    locale = request.args.get("locale") or DEFAULT_LOCALE
    if locale not in LOCALES:
        raise NotFound
    written = versions.newest(session())
    entity = business_entities.default(session())
    brand = examples.brand(entity, "https://portal.invalid")
    groups = []
    for key, (label, hint) in CLASSES.items():
        of = [letter for letter in LETTERS.values() if TOPICS[letter.topic].kind == key]
        rows = [(letter, _glance(letter, written[letter.name], entity, brand, locale), _whose(written[letter.name])) for letter in of]
        if rows:
            groups.append((label, hint, rows))
    return letters_page("index", groups=groups, locale=locale, ours_in=LOCALES[language_of(locale)])


def _glance(letter: Letter, written: list[LetterVersion], entity: BusinessEntity, brand: Brand, locale: str) -> tuple[str, str]:
    """Give the subject and the preheader, with the sample's facts, in the words that most readers of a language get."""
    for_all = versions.best(written, entity_id=None, locale=locale)
    words = versions.words_in(for_all, letter.name, locale)
    return glance(letter, letter.sample, brand=brand, locale=locale, time_zone=entity.time_zone, words=words)


def _whose(written: list[LetterVersion]) -> tuple[str, list[str]]:
    """Say whether operators have written words of their own, and in which languages."""
    fitting = [one for one in written if versions.fits(one)]
    languages = sorted({LOCALES.get(one.locale, one.locale) for one in fitting})
    return ("edited" if len(fitting) == len(written) else "fits no more") if written else "", languages
