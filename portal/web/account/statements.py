"""Statements of a wallet: any period on the page, issued under a code, taken along as PDF or CSV."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from flask import Blueprint, Response, current_app, flash, g, redirect, request, stream_with_context, url_for

from portal.domain import addresses, customers, statements
from portal.domain.errors import Refusal
from portal.domain.ledger import REASONS
from portal.domain.statements import paper, square
from portal.model import Statement
from portal.values import clock, locales
from portal.web import database, errors, filters, query
from portal.web.access import may
from portal.web.account import periods
from portal.web.account.wallets import decimals, found
from portal.web.database import session
from portal.web.htmx import page

bp = Blueprint("statements", __name__)

PRIVATE = {"Cache-Control": "no-store"}


class TooLongForPaper(Refusal):
    """More entries than are put on paper."""

    sentence = f"There are more than {paper.MOST:,} entries in this period, too many for paper. The CSV has all of them."


@bp.get("/wallets/<uuid:wallet_id>/statements")
@may("account.wallet")
def index(wallet_id: UUID):
    """Show a wallet over a period, and the statements that were issued before."""
    _, wallet = found(wallet_id)
    return _period_page(wallet, periods.asked(request.args, filters.reader(), opened=wallet.opened_at))


@bp.post("/wallets/<uuid:wallet_id>/statements")
@may("account.wallet")
def issue(wallet_id: UUID):
    """Issue the statement of a period; the same one again leads to the first."""
    _, wallet = found(wallet_id)
    period = periods.asked(request.form, filters.reader(), opened=wallet.opened_at)
    if period.errors:
        return _period_page(wallet, period, status=422)
    statement = statements.issue(session(), wallet, period.starts_at, _end(period), time_zone=filters.reader()[1], by=g.actor)
    flash("The statement is issued.")
    return redirect(url_for(".show", statement_id=statement.id), 303)


@bp.get("/statements/<uuid:statement_id>")
@may("account.wallet")
def show(statement_id: UUID):
    """Show an issued statement with its code."""
    statement = statements.find(session(), g.actor, statement_id)
    customer = customers.find(session(), g.actor, statement.customer_id)
    entries = statements.page(session(), statement, after=request.args.get("after", type=int))
    address = _address(statement)
    return page(
        "account/statements/show.html",
        "entries",
        customer=customer,
        entity=customer.business_entity,
        wallet=statement.wallet,
        statement=statement,
        count=statement.last_seq - statement.before_seq,
        code=statements.grouped(statement.code),
        address=address,
        square=square.square(address),
        last_day=statements.last_day(statement),
        cut=statements.ends_within_day(statement),
        printable=statement.last_seq - statement.before_seq <= paper.MOST,
        **_paged(entries, ".show", statement_id=statement.id),
        reasons=REASONS,
        decimals=decimals,
    )


@bp.get("/statements/<uuid:statement_id>.pdf")
@may("account.wallet")
def show_pdf(statement_id: UUID):
    """Send an issued statement as PDF."""
    statement = statements.find(session(), g.actor, statement_id)
    count = statement.last_seq - statement.before_seq
    if count > paper.MOST:
        raise TooLongForPaper
    try:
        place = database.database().act(lambda writing: statements.enter(writing, by=g.actor))
    except statements.PaperBusy as refusal:
        return errors.answer(refusal.status, text=str(refusal), headers={"Retry-After": str(refusal.seconds)})
    try:
        return _paper(statement, tagged=count <= paper.TAGGED)
    finally:
        database.database().act(lambda writing: statements.leave(writing, place))


@bp.get("/statements/<uuid:statement_id>.csv")
@may("account.wallet")
def show_csv(statement_id: UUID):
    """Send an issued statement as CSV, written while it is read."""
    statement = statements.find(session(), g.actor, statement_id)
    pieces: Iterator[str] = stream_with_context(statements.csv_pieces(session(), statement))
    return Response(pieces, mimetype="text/csv", headers=PRIVATE | _attached(_file_name(statement, "csv")))


def _paper(statement: Statement, *, tagged: bool) -> Response:
    customer = customers.find(session(), g.actor, statement.customer_id)
    copy = paper.copy(
        session(),
        statement,
        customer=customer,
        entity=customer.business_entity,
        address=addresses.parts_of(session(), customer.id, "billing"),
        verify=_address(statement),
        locale=filters.reader()[0],
    )
    name = _file_name(statement, "pdf")
    database.close()  # setting takes seconds; the database need not wait for it
    return Response(paper.press(copy, tagged=tagged), mimetype="application/pdf", headers=PRIVATE | _attached(name))


def _period_page(wallet, period: periods.Period, *, status: int = 200) -> Response:
    view = None if period.errors else statements.read(session(), wallet, period.starts_at, period.ends_at)
    issued, more = statements.of_wallet(session(), wallet, before=query.identifier("issued"))
    shown = {"from": period.first, "to": period.last}
    paged = {}
    if view is not None:
        found_page = statements.page(session(), view, after=request.args.get("after", type=int))
        paged = _paged(found_page, ".index", wallet_id=wallet.id, **shown)
    return page(
        "account/statements/index.html",
        "entries" if "after" in request.args else "period",
        status=422 if period.errors else status,
        wallet=wallet,
        period=period,
        view=view,
        choices=_choices(wallet.id, period),
        issued=issued,
        grouped=statements.grouped,
        last_day=statements.last_day,
        earlier=url_for(".index", wallet_id=wallet.id, issued=issued[-1].id, **shown) if more else None,
        zone=filters.reader()[1],
        reasons=REASONS,
        decimals=decimals,
        **paged,
    )


def _choices(wallet_id: UUID, period: periods.Period) -> list[dict]:
    offered = []
    for words, first, last in periods.choices(filters.reader()):
        href = url_for(".index", wallet_id=wallet_id, **{"from": first, "to": last})
        offered.append({"label": words, "href": href, "current": (first, last) == (period.first, period.last)})
    return offered


def _paged(found: statements.Page, endpoint: str, **place) -> dict:
    return {
        "entries": found.rows,
        "older": url_for(endpoint, **place, after=found.older) if found.older is not None else None,
        "newer": url_for(endpoint, **place, after=found.newer) if found.newer is not None else None,
    }


def _end(period: periods.Period) -> datetime:
    """Give the end of a period; of one that ends now, the now of the page that was looked at, so that a second click is the same."""
    try:
        looked = datetime.fromisoformat(request.form.get("until", ""))
        if period.cut and looked.tzinfo is not None and period.starts_at < looked <= clock.now():
            return looked
    except ValueError:
        pass
    return period.ends_at


def _address(statement: Statement) -> str:
    """Give the public address that checks a statement, as it is printed on it."""
    path = url_for("verify.show", code=statements.grouped(statement.code))
    return current_app.extensions["settings"].public_url.rstrip("/") + path


def _file_name(statement: Statement, ending: str) -> str:
    zone = locales.zone(statement.time_zone)
    first, last = (at.astimezone(zone).date().isoformat() for at in (statement.starts_at, statements.last_day(statement)))
    return f"statement-{statement.currency.lower()}-{first}-{last}.{ending}"


def _attached(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"'}
