"""Changing the words of a letter, and looking at them before they are saved."""

from flask import Response, flash, g, redirect, render_template, request, url_for

from portal.domain import messages
from portal.domain.errors import Refusal
from portal.domain.letters import LetterIncomplete, examples, testing, versions
from portal.domain.letters.checking import check, links_of
from portal.domain.letters.versions import NothingChanged, WordsWrong
from portal.web import proof
from portal.web.access import may
from portal.web.console.settings.letters.blueprint import Place, bp, frame, framed, letters_page, place
from portal.web.database import session
from portal.web.filters import told
from portal.web.forms.letter import WordsForm


@bp.get("/<letter_name>/edit")
@may("letter.change")
def edit(letter_name: str):
    """Show the words that go out now in the form, to be changed for a business entity and a language."""
    here = place(letter_name)
    words = here.words(here.in_force())
    history = versions.history(session(), letter_name, entity_id=here.entity_id, locale=here.locale)
    form = WordsForm(
        formdata=None,
        data={
            **{"subject": words.subject, "preheader": words.preheader, "body": words.body, "locale": here.locale},
            "entity": here.entity_id or "",
            "customer": here.customer.id if here.customer else "",
            "version": history[0].number if history else 0,
        },
    )
    return _edit_page(here, form)


@bp.post("/<letter_name>/versions")
@may("letter.change")
@proof.fresh
def create(letter_name: str):
    """Put new words in force."""
    here, form = place(letter_name), WordsForm()
    if form.validate_on_submit():
        try:
            version = versions.save(
                session(), here.letter, _words(here, form), entity=here.entity, note=form.note.data or "", after=form.made_from, by=g.actor
            )
        except WordsWrong as wrong:
            form.put(wrong.faults)
        except Refusal as refusal:
            form.form_errors.append(told(refusal))
        else:
            flash(f"Version {version.number} is in force. What is sent from now on goes out in these words.")
            return redirect(here.to("show"), 303)
    return _edit_page(here, form, status=422)


@bp.post("/<letter_name>/draft")
@may("letter.change")
def draft(letter_name: str) -> Response:
    """Give words that are not saved to the frame beside the form; on request, send them to oneself as a test."""
    here, form = place(letter_name), WordsForm()
    words, example = _words(here, form), here.example()
    if faults := check(here.letter, words):
        form.put(faults)
        sentences = [sentence for field in (form.subject, form.preheader, form.body) for sentence in field.errors]
        return _said("Not a letter yet", sentences, status=422)
    try:
        made = example.render(here.letter, words)
    except LetterIncomplete as fault:
        return _said("Not a letter yet", [str(fault)], status=422)
    if request.form.get("act") != "test":
        return frame(made, dark=request.form.get("act") == "dark")
    try:
        message = testing.send(session(), here.letter, words, example, entity=here.writer, by=g.actor)
    except (testing.TooManyTests, messages.NoSender) as refusal:
        return _said("Not sent", [told(refusal)], status=refusal.status)
    return _said("A test is on its way", [f"To {message.to_address}, in the words as they stand in the form. Nothing is saved."])


@bp.post("/<letter_name>/removal")
@may("letter.change")
@proof.fresh
def remove(letter_name: str):
    """Let the words hold again that would without these."""
    here = place(letter_name)
    try:
        versions.give_back(session(), here.letter, entity=here.entity, locale=here.locale, by=g.actor)
    except NothingChanged:
        flash("There were no words of their own here.")
    else:
        flash("The words are put back. The versions stay in the list.")
    return redirect(here.to("show"), 303)


def _words(here: Place, form: WordsForm):
    typed = form.words
    return type(typed)(typed.subject, typed.preheader, typed.body, here.locale)


def _said(title: str, sentences: list[str], *, status: int = 200) -> Response:
    return framed(render_template("emails/said.html", title=title, sentences=sentences), status)


def _edit_page(here: Place, form: WordsForm, *, status: int = 200) -> Response:
    return letters_page(
        "edit",
        status=status,
        here=here,
        form=form,
        links=links_of(here.letter),
        known=list(here.letter.known.values()),
        written=examples.variables(here.letter, here.example()),
        look_at={"formaction": url_for(".draft", letter_name=here.letter.name), "formtarget": "draft"},
    )
