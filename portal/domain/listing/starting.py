"""Where a statement of the list starts: with the few customers that one filter picks, or with the order, meeting them as it walks.

A walk that looks for k among n customers looks at n / k of them for each row of a page; starting from the k looks at each of
them once, and sorts. Several filters leave fewer for a walk to meet, as if they had nothing to do with one another.
"""

from collections.abc import Mapping

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.domain.kept import Kept
from portal.model import SearchDocument

PAGE = 50
FEW = 1000

_NEWEST = Kept(select(func.max(SearchDocument.id)))


def size(session: Session) -> int:
    """Tell how many customers there are, near enough: as many as ever had a search document."""
    return _NEWEST.scalar(session.connection(), {}) or 0


def reach(customers: int, filters: int) -> int:
    """Give up to how many it can be worth to start from where so many filters narrow the list: more need not be counted."""
    return max(FEW, int((PAGE * customers**filters) ** (1 / (filters + 1))))


def start(picked: Mapping[str, int], customers: int) -> str:
    """Give the filter to start from, of those whose picks were counted; "" where a walk looks at no more."""
    if not picked:
        return ""
    least = min(picked, key=picked.__getitem__)
    looks = float(PAGE)
    for number in picked.values():
        looks *= max(1.0, customers / max(1, number))
    return least if picked[least] <= max(FEW, looks) else ""
