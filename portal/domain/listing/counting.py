"""How many match: exact up to a thousand, "1,000+" beyond. Nothing is ever counted to the end."""

from typing import NamedTuple

from sqlalchemy.orm import Session

from portal.domain.listing.pages import Page, Searching
from portal.domain.listing.statements import number

CAP = 1000


class Count(NamedTuple):
    """A number, and whether there are more."""

    number: int
    more: bool = False

    def __str__(self) -> str:
        return f"{self.number:,}{'+' if self.more else ''}"


def count(session: Session, page: Page) -> Count | None:
    """Count what a page is a page of; None where that would cost more than it tells (a broad search with filters)."""
    if page.first and page.last:
        return Count(len(page.rows))
    return counted(session, page.search)


def counted(session: Session, searching: Searching) -> Count | None:
    """Count what a walk would find."""
    match = searching.match
    filters = searching.shape[1:]  # the first is the status
    broad = match is not None and not match.complete
    if broad and filters:
        return None
    narrowed = [amount for name, variant, amount in searching.shape if name != "status" or variant == "archived"]
    if (broad and match.number > CAP) or (match is None and narrowed == ["many"]):
        return Count(CAP, more=True)
    walk, values = searching.walk(0), searching.values | {"limit": CAP + 1}
    if broad:
        walk = walk._replace(search="begun" if match.terms.short else "beside")
        values |= {"documents": [] if searching.dialect == "postgresql" else "[]"}
    found = number(walk._replace(section=0, descending=False, from_key=False)).scalar(session.connection(), values)
    return Count(min(found, CAP), found > CAP)
