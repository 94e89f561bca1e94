"""A test of a letter, sent to one's own address."""

from flask import flash, g, redirect

from portal.domain.errors import Refusal
from portal.domain.letters import testing
from portal.web.access import may
from portal.web.console.settings.letters.blueprint import bp, place
from portal.web.console.settings.letters.looking import show_page
from portal.web.database import session
from portal.web.filters import told


@bp.post("/<letter_name>/tests")
@may("letter.change")
def test(letter_name: str):
    """Send the letter to oneself as it goes out now."""
    here = place(letter_name)
    try:
        message = testing.send(session(), here.letter, here.words(here.in_force()), here.example(), entity=here.writer, by=g.actor)
    except Refusal as refusal:
        return show_page(here, refusal=told(refusal), status=refusal.status)
    flash(f"A test is on its way to {message.to_address}.")
    return redirect(here.to("show"), 303)
