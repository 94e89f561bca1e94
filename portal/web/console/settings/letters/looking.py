"""One letter: how it looks in light and dark, on a phone, as plain text; with sample facts or a real customer's."""

from flask import g, request

from portal.domain import business_entities, family
from portal.domain.errors import Refusal
from portal.domain.letters import LetterIncomplete, versions
from portal.model import LetterVersion
from portal.web.access import may
from portal.web.console.settings.letters.blueprint import Place, bp, frame, framed, letters_page, place
from portal.web.database import session
from portal.web.query import identifier

LOOKS = {"light": "Light", "dark": "Dark", "phone": "Phone", "text": "Plain text"}


@bp.get("/<letter_name>")
@may("settings.read")
def show(letter_name: str):
    """Show one letter as its reader would get it, and its versions."""
    return show_page(place(letter_name))


@bp.get("/<letter_name>/html")
@may("settings.read")
def html(letter_name: str):
    """Give the HTML of a letter to the frame of its page."""
    here = place(letter_name)
    try:
        made = here.example().render(here.letter, here.words(_version(here)))
    except LetterIncomplete as fault:
        return framed(str(fault), 409)
    return frame(made, dark="dark" in request.args)


def show_page(here: Place, *, status: int = 200, refusal: str = ""):
    """Show a letter's page; `refusal` says why an act on it was not done."""
    version, example = _version(here), here.example()
    look = request.args.get("as", "light")
    try:
        made, broken = example.render(here.letter, here.words(version)), ""
    except LetterIncomplete as fault:
        made, broken = None, str(fault)
    searched = request.args.get("q", "").strip()
    look = look if look in LOOKS else "light"
    asked = {"version": request.args.get("version")}
    history = versions.history(session(), here.letter.name, entity_id=here.entity_id, locale=here.locale)
    frames = {"light": here.to("html", **asked), "dark": here.to("html", dark=1, **asked)}
    return letters_page(
        "show",
        status=status,
        here=here,
        version=version,
        in_force=here.in_force(),
        made=made,
        broken=broken,
        example=example,
        look=look,
        looks=LOOKS,
        tabs=[{"label": label, "href": here.to("show", **{"as": key}, **asked), "current": key == look} for key, label in LOOKS.items()],
        frames=frames,
        history=history,
        stale={one.id for one in history if not one.is_ours and not versions.fits(one)},
        entities=business_entities.all(session()),
        searched=searched,
        found=_found(searched),
        refusal=refusal,
    )


def _version(here: Place) -> LetterVersion | None:
    """Find the version that is asked for, else the one in force."""
    asked = identifier("version")
    return versions.find(session(), here.letter.name, asked) if asked else here.in_force()


def _found(searched: str) -> list:
    """List customers by what was typed: by name or ID, as far as the operator may see them."""
    if not searched or not g.actor.may("customer.read"):
        return []
    rows = [(row.id, row.name, row.external_id) for row in family.near(session(), searched, actor=g.actor)]
    try:
        one = family.named(session(), searched, actor=g.actor)
    except Refusal:
        return rows
    return [(one.id, one.name, one.external_id), *(row for row in rows if row[0] != one.id)]
