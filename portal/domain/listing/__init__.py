"""The list of customers: filters, sort, keyset pages, capped counts, the views in the margin."""

from portal.domain.listing.counting import CAP, Count, count
from portal.domain.listing.details import Detail, details
from portal.domain.listing.filters import Filters
from portal.domain.listing.pages import PAGE, Page, page
from portal.domain.listing.sorting import DEFAULT, SORTS
from portal.domain.listing.views import VIEWS, KeptCounts, View

__all__ = [
    "CAP",
    "DEFAULT",
    "PAGE",
    "SORTS",
    "VIEWS",
    "Count",
    "Detail",
    "Filters",
    "KeptCounts",
    "Page",
    "View",
    "count",
    "details",
    "page",
]
