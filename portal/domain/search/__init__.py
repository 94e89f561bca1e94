"""Search: what a customer is found by, kept in one document each, and what a typed line looks for in them."""

from portal.domain.search.documents import body, index, index_new
from portal.domain.search.matching import CAP, FEW, Match, matching

__all__ = ["CAP", "FEW", "Match", "body", "index", "index_new", "matching"]
