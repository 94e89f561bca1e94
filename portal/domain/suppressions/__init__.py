"""Addresses that are not written to: for what, since when, why, and who let them be written to again."""

from portal.domain.suppressions.changing import REASONS, Added, NothingToRelease, SuppressedAlready, add, put, release
from portal.domain.suppressions.reading import SuppressionPage, find, of_address, page
from portal.domain.suppressions.retrying import NotBouncing, write_once_more
from portal.domain.suppressions.scopes import UnknownScope, offered_scopes, scope_words, scopes

__all__ = [
    "REASONS",
    "Added",
    "NotBouncing",
    "NothingToRelease",
    "SuppressedAlready",
    "SuppressionPage",
    "UnknownScope",
    "add",
    "find",
    "of_address",
    "offered_scopes",
    "page",
    "put",
    "release",
    "scope_words",
    "scopes",
    "write_once_more",
]
