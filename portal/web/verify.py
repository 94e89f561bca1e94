"""The public page that holds a statement's code against our books. It tells what the holder of the paper has already, and no more."""

from flask import Blueprint, Response, current_app, g, redirect, request, url_for
from sqlalchemy.exc import DBAPIError

from portal.domain import business_entities, statements, throttles
from portal.domain.statements import codes
from portal.web import errors
from portal.web.access import public
from portal.web.database import database, session
from portal.web.htmx import page

bp = Blueprint("verify", __name__, url_prefix="/verify")

LONGEST = 40


@bp.get("")
@public
def new():
    """Ask for the code, or lead to the page of the one that was typed."""
    typed = request.args.get("code", "")[: 2 * LONGEST].strip()
    if not typed:
        return _quiet(page("verify/new.html", site=_house(), typed="", missing="code" in request.args))
    known = codes.read(typed)
    plain = "".join(letter for letter in typed if letter.isascii() and (letter.isalnum() or letter == "-"))[:LONGEST]
    return _quiet(redirect(url_for(".show", code=codes.grouped(known) if known else plain or "-"), 303))


@bp.get("/<code>")
@public
def show(code: str):
    """Say whether a statement is ours and equals our books; what is no code and what is nobody's are answered alike."""
    if seconds := _too_many():
        text = f"Many codes were looked at from your network. Wait {throttles.in_words(seconds)}, then try again."
        return _quiet(errors.answer(429, text=text, headers={"Retry-After": str(seconds)}))
    statement = statements.by_code(session(), code)
    if statement is None:
        return _quiet(page("verify/new.html", site=_house(), typed=code[:LONGEST], missing=False, status=404))
    customer = statement.wallet.customer
    entity = customer.business_entity
    g.reader, g.house = (entity.locale, statement.time_zone), entity
    return _quiet(
        page(
            "verify/show.html",
            statement=statement,
            check=statements.check(session(), statement),
            entity=entity,
            site=entity.name,
            masked=statements.masked(customer.name),
            code=statements.grouped(statement.code),
            last_day=statements.last_day(statement),
            cut=statements.ends_within_day(statement),
        )
    )


def _house() -> str:
    """Name the business whose statements are checked here, and let its logo stand there: the one that bills where none is chosen."""
    entities = business_entities.all(session())
    if not entities:
        return ""
    g.house = entities[0]
    return g.house.name


def _too_many() -> int:
    """Count this look; where the database is busy it goes uncounted, for a look is not worth a wait."""
    try:
        with database().writing(hasty=True) as writing:
            return statements.admit(writing, request.remote_addr or "")
    except DBAPIError:
        current_app.logger.info("a look at a code was not counted")
        return 0


def _quiet(response: Response) -> Response:
    """Keep the page out of caches, search engines and the next page's referrer."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
