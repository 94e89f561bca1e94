"""One statement, for the holder of the link to it."""

from uuid import UUID

from flask import Response, request, url_for

from portal.domain import statements
from portal.domain.ledger import REASONS
from portal.web.access import public
from portal.web.account.wallets import decimals
from portal.web.database import session
from portal.web.htmx import page
from portal.web.links import flow
from portal.web.links.blueprint import bp


@bp.get("/statement/<token>")
@public
def open_statement(token: str):
    """Lead to the page at an address without the token."""
    return flow.arrive(token, "statement")


@bp.get("/statement")
@public
def statement() -> Response:
    """Show the statement with its entries and its code."""
    held = flow.held("statement")
    try:
        statement_id = UUID(held.link.target.rpartition("/")[2])
    except ValueError:
        flow.missing()
    found = statements.find(session(), held.actor(), statement_id)
    entries = statements.page(session(), found, after=request.args.get("after", type=int))
    return page(
        "links/statement.html",
        held=held,
        site=held.customer.business_entity.name,
        entity=held.customer.business_entity,
        statement=found,
        wallet=found.wallet,
        count=found.last_seq - found.before_seq,
        code=statements.grouped(found.code),
        last_day=statements.last_day(found),
        entries=entries.rows,
        older=url_for(".statement", after=entries.older) if entries.older is not None else None,
        newer=url_for(".statement", after=entries.newer) if entries.newer is not None else None,
        reasons=REASONS,
        decimals=decimals,
    )
