"""All letters, by the class of their topic."""

from portal.domain import business_entities
from portal.domain.letters import LETTERS, Letter, examples, glance, versions
from portal.domain.topics import BILLING, ESSENTIAL, MARKETING, TOPICS
from portal.model import LetterVersion
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
    """List the letters: what each is, when it is sent and to whom, how it begins, and whose words it goes out in."""
    written = versions.newest(session())
    entity = business_entities.default(session())
    brand = examples.brand(entity, "https://portal.invalid")
    groups = []
    for key, (label, hint) in CLASSES.items():
        of = [letter for letter in LETTERS.values() if TOPICS[letter.topic].kind == key]
        rows = [(letter, _glance(letter, written[letter.name], entity, brand), _whose(written[letter.name])) for letter in of]
        if rows:
            groups.append((label, hint, rows))
    return letters_page("index", groups=groups)


def _glance(letter: Letter, written: list[LetterVersion], entity, brand) -> tuple[str, str]:
    """Give the subject and the preheader, with the sample's facts, in the words that most readers get."""
    for_all = next((one for one in written if one.business_entity_id is None and one.locale == "en" and versions.fits(one)), None)
    return glance(
        letter, letter.sample, brand=brand, locale="en", time_zone=entity.time_zone, words=versions.words_in(for_all, letter.name)
    )


def _whose(written: list[LetterVersion]) -> tuple[str, list[str]]:
    """Say whether operators have written words of their own, and in which languages there are any."""
    fitting = [one for one in written if versions.fits(one)]
    languages = sorted({LOCALES.get(one.locale, one.locale) for one in fitting} | {"English"})
    return ("edited" if len(fitting) == len(written) else "fits no more") if written else "", languages
