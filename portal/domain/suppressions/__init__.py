"""Addresses that are not written to: for what, since when, why, and who let them be written to again."""

from portal.domain.suppressions.changing import REASONS, SCOPES, NothingToRelease, SuppressedAlready, add, put, release
from portal.domain.suppressions.reading import SuppressionPage, find, of_address, page
from portal.domain.suppressions.retrying import NotBouncing, write_once_more

__all__ = [
    "REASONS",
    "SCOPES",
    "NotBouncing",
    "NothingToRelease",
    "SuppressedAlready",
    "SuppressionPage",
    "add",
    "find",
    "of_address",
    "page",
    "put",
    "release",
    "write_once_more",
]
