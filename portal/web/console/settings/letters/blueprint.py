"""The blueprint of the letters, and what its views share: which letter, for whom, in whose words, shown with what."""

from dataclasses import dataclass
from uuid import UUID

from flask import Blueprint, Response, current_app, g, make_response, request, url_for

from portal.domain import business_entities, customers
from portal.domain.errors import NotFound
from portal.domain.letters import LETTERS, Letter, RenderedLetter, Words, examples, language_of, versions
from portal.domain.letters.examples import Example
from portal.domain.letters.words import DEFAULT_LOCALE
from portal.model import BusinessEntity, Customer, LetterVersion
from portal.values.locales import LOCALES
from portal.web.console.settings.contents import contents
from portal.web.database import session
from portal.web.htmx import page
from portal.web.logos import image_sources

bp = Blueprint("letters", __name__, url_prefix="/letters")

# A letter that is looked at may be styled and show a logo of ours, and nothing else: it does not run, send, frame, or lead anywhere.
POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"


@dataclass(frozen=True)
class Place:
    """For whom words are: one business entity or (None) all, in a language; and the customer whose facts they are shown with, or none."""

    letter: Letter
    entity: BusinessEntity | None
    locale: str
    customer: Customer | None = None

    @property
    def query(self) -> dict[str, object]:
        """Give the place as the query of an address."""
        if self.customer is not None:
            return {"customer": self.customer.id, "entity": self.entity_id or "", "locale": self.locale}
        return {"entity": self.entity_id, "locale": self.locale if self.locale != DEFAULT_LOCALE else None}

    @property
    def entity_id(self) -> UUID | None:
        return self.entity.id if self.entity else None

    @property
    def words_for(self) -> str:
        """Say for whom."""
        return f"{self.entity.name if self.entity else 'All'}, {LOCALES.get(self.locale, self.locale)}"

    def in_force(self) -> LetterVersion | None:
        """Find whose words go out there."""
        return versions.in_force(session(), self.letter.name, entity_id=self.entity_id, locale=self.locale)

    @property
    def ours_in(self) -> str:
        """Name the language that our words have for readers there, where it is another."""
        language = language_of(self.locale)
        return LOCALES[language] if language != self.locale else ""

    @property
    def spoken(self) -> bool:
        """Whether there are words of ours in the language."""
        return speaks(self.locale)

    def words(self, version: LetterVersion | None) -> Words:
        """Give the words of a version; where there is none, ours in the language of the place."""
        return versions.words_in(version, self.letter.name, self.locale)

    def example(self) -> Example:
        """Make the example that the letter is shown with."""
        public_url = current_app.extensions["settings"].public_url
        if self.customer is not None:
            return examples.of_customer(session(), self.letter, self.customer, public_url=public_url)
        return examples.sample(self.letter, self.writer, locale=self.locale, public_url=public_url)

    @property
    def writer(self) -> BusinessEntity:
        """The business entity whose brand the letter bears."""
        if self.customer is not None:
            return self.customer.business_entity
        return self.entity or business_entities.default(session())

    def to(self, view: str, **more) -> str:
        """Give the address of a view of this letter, at this place."""
        return url_for(f"console.settings.letters.{view}", letter_name=self.letter.name, **(self.query | more))


def letter_named(letter_name: str) -> Letter:
    """Find a letter by its name.

    :raises NotFound: when there is none.
    """
    if letter_name not in LETTERS:
        raise NotFound
    return LETTERS[letter_name]


def place(letter_name: str) -> Place:
    """Read from the query, or the form that was sent, which letter it is about and for whom.

    With a customer and nothing else, it is where the words are from that the customer would get.

    :raises NotFound: for a letter, business entity, language or customer that is not there.
    """
    letter, said = letter_named(letter_name), request.values
    customer_id, entity_id = _identifier(said.get("customer", "")), _identifier(said.get("entity", ""))
    customer = None
    if customer_id is not None:
        if not g.actor.may("customer.read"):
            raise NotFound
        customer = customers.find(session(), g.actor, customer_id)
        if "entity" not in said:
            return _place_of(letter, customer)
    locale = said.get("locale") or DEFAULT_LOCALE
    if locale not in LOCALES:
        raise NotFound
    return Place(letter, business_entities.find(session(), entity_id) if entity_id else None, locale, customer)


def _place_of(letter: Letter, customer: Customer) -> Place:
    """Find where the words are from that a customer's primary contact would get."""
    reader = examples.of_customer(session(), letter, customer, public_url=current_app.extensions["settings"].public_url)
    version = versions.in_force(session(), letter.name, entity_id=customer.business_entity_id, locale=reader.locale)
    if version is None:
        return Place(letter, None, language_of(reader.locale), customer)
    return Place(letter, customer.business_entity if version.business_entity_id else None, version.locale, customer)


def frame(made: RenderedLetter, *, dark: bool) -> Response:
    """Answer with a letter's HTML for a frame, as it looks in light or in dark whatever the operator's own system says."""
    html = made.html.replace("(prefers-color-scheme: dark)", "all" if dark else "not all")
    return framed(html)


def framed(html: str, status: int = 200) -> Response:
    """Answer with a document that may be framed by our own pages, and can do nothing."""
    response = make_response(html, status)
    response.headers["Content-Security-Policy"] = f"{POLICY}; {image_sources()}"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def letters_page(template: str, *, status: int = 200, **context) -> Response:
    """Answer with a page of the letters."""
    here = contents("console.settings.letters.index")
    offered = [("In our words", {}), ("In English, unless you write them", {})]
    for code, name in LOCALES.items():
        offered[not speaks(code)][1][code] = name
    shown = {"contents": here, "changes": g.actor.may("letter.change"), "languages": LOCALES, "offered": offered}
    return page(f"console/settings/letters/{template}.html", status=status, **shown, **context)


def speaks(locale: str) -> bool:
    """Tell whether there are words of ours in the language of a locale; where there are none, English is sent."""
    return language_of(locale) == locale.partition("_")[0]


def _identifier(text: str) -> UUID | None:
    if not text:
        return None
    try:
        return UUID(text)
    except ValueError:
        raise NotFound from None
