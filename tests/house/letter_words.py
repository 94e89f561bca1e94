"""All that letters say beside their words, gathered from the code: what templates/emails/words.pot has to hold.

`python -m tests.house.letter_words` writes it anew.
"""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_python
from babel.messages.pofile import write_po
from jinja2.ext import babel_extract

from portal import paths
from portal.domain.ledger import REASONS
from portal.domain.permissions import ROLE_NAMES
from portal.domain.topics import CHOICES, MANNERS, TOPICS

EMAILS = paths.TEMPLATES / "emails"
TEMPLATE = EMAILS / "words.pot"
_CODE = Path(paths.__file__).parent
_IN_CODE = ("say", "say_some")
_TAG = "Translators:"
_HEAD = """# What letters say beside their words, in English: the template of each words.po beside the letters of a language.
# It is written by `python -m tests.house.letter_words`. Places in {braces} stay as they are.
msgid ""
msgstr ""
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""


def template() -> str:
    """Give the text of words.pot: every sentence once, with what it is and where it stands."""
    catalogue = Catalog(charset="utf-8")
    for sentence, note, place in (*_said(), *_listed()):
        known = catalogue.get(sentence if isinstance(sentence, str) else sentence[0])
        notes = [one for one in (note,) if one and (known is None or one not in known.auto_comments)]
        catalogue.add(sentence, auto_comments=notes, locations=[(place, None)] if place else [])
    written = BytesIO()
    write_po(written, catalogue, width=0, omit_header=True)
    return _HEAD + written.getvalue().decode()


def _said() -> Iterator[tuple[str | tuple[str, ...], str, str]]:
    """Find what templates and code say: the sentence (of a number: both forms), a note, the file."""
    for path in sorted((*EMAILS.glob("parts.*"), *(paths.TEMPLATES / "layouts").glob("email.*"))):
        with path.open("rb") as file:
            for _, name, found, notes in babel_extract(file, ("phrase",), (_TAG,), {"trim_blocks": "true"}):
                yield from _sentences(name, found, notes, f"templates/{path.relative_to(paths.TEMPLATES)}")
    for path in sorted((_CODE / "domain").rglob("*.py")):
        with path.open("rb") as file:
            for _, name, found, notes in extract_python(file, _IN_CODE, (_TAG,), {}):
                yield from _sentences(name, found, notes, f"portal/{path.relative_to(_CODE)}")


def _sentences(name: str, found: str | tuple | None, notes: list[str], place: str) -> Iterator[tuple[str | tuple[str, ...], str, str]]:
    note = " ".join(notes).removeprefix(_TAG).strip()
    first, second = (*found, None)[:2] if isinstance(found, tuple) else (found, None)
    if first:
        yield (first, second) if name == "say_some" else first, note, place


def _listed() -> Iterator[tuple[str, str, str]]:
    """Give what is said by name: topics, reasons, roles."""
    for topic in (*TOPICS.values(), *MANNERS.values()):
        yield topic.label, "A topic of what is sent, as a label", "portal/domain/topics/catalogue.py"
        if topic.key in CHOICES:
            yield topic.words, "A topic inside a sentence: {topic}", "portal/domain/topics/catalogue.py"
    for reason in REASONS.values():
        yield reason.customer_label, "Wallet letters, why credit moved", "portal/domain/ledger/reasons.py"
    for name in (name for key, name in ROLE_NAMES.items() if key != "none"):
        yield name, "A role in the portal or the console: {role} of the invitations", "portal/domain/permissions.py"


if __name__ == "__main__":
    TEMPLATE.write_text(template(), encoding="utf-8")
