"""Versions of a letter's words: compared, and put in force again."""

from uuid import UUID

from flask import flash, g, redirect, request

from portal.domain import business_entities
from portal.domain.errors import Refusal
from portal.domain.letters import comparing, ours, versions
from portal.domain.letters.versions import WordsWrong
from portal.model import LetterVersion
from portal.web import proof
from portal.web.access import may
from portal.web.console.settings.letters.blueprint import Place, bp, letter_named, letters_page
from portal.web.console.settings.letters.looking import show_page
from portal.web.database import session
from portal.web.filters import told
from portal.web.query import identifier


@bp.get("/<letter_name>/versions/<uuid:version_id>")
@may("settings.read")
def compare(letter_name: str, version_id: UUID):
    """Show a version line by line beside another: the one before, one that is chosen (`?with=`), or ours."""
    letter = letter_named(letter_name)
    version = versions.find(session(), letter_name, version_id)
    here = _place(version)
    history = versions.history(session(), letter_name, entity_id=version.business_entity_id, locale=version.locale)
    asked = identifier("with")
    other = versions.find(session(), letter_name, asked) if asked else next((one for one in history if one.number < version.number), None)
    if request.args.get("with") == "ours":
        other = None
    first = versions.words_in(other, letter_name) if other is not None else ours(letter_name, version.locale)
    lines = comparing.compare(first, versions.words_in(version, letter_name))
    return letters_page("version", letter=letter, here=here, version=version, other=other, lines=lines, history=history)


@bp.post("/<letter_name>/versions/<uuid:version_id>/restoration")
@may("letter.change")
@proof.fresh
def restore(letter_name: str, version_id: UUID):
    """Put the words of an older version in force again."""
    version = versions.find(session(), letter_named(letter_name).name, version_id)
    here = _place(version)
    try:
        made = versions.restore(session(), here.letter, version, entity=here.entity, by=g.actor)
    except WordsWrong as wrong:
        fault = wrong.faults[0]
        return show_page(
            here, refusal=f"Version {version.number} fits this letter no more. Line {fault.line}: {fault.sentence}", status=422
        )
    except Refusal as refusal:
        return show_page(here, refusal=told(refusal), status=refusal.status)
    flash(f"Version {made.number} is in force, in the words of version {version.number}.")
    return redirect(here.to("show"), 303)


def _place(version: LetterVersion) -> Place:
    entity = business_entities.find(session(), version.business_entity_id) if version.business_entity_id else None
    return Place(letter_named(version.letter), entity, version.locale)
