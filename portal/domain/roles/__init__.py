"""The roles of operators: the product's own, and those that the installation makes for itself."""

from portal.domain.roles.changing import change, define, end
from portal.domain.roles.giving import covers, refuse_more_than
from portal.domain.roles.reading import Role, all, completed, find, name_of, row_of, words_of
from portal.domain.roles.refusals import MoreThanYours, NameTaken, NoWords, StillHeld, UnknownRole

__all__ = [
    "MoreThanYours",
    "NameTaken",
    "NoWords",
    "Role",
    "StillHeld",
    "UnknownRole",
    "all",
    "change",
    "completed",
    "covers",
    "define",
    "end",
    "find",
    "name_of",
    "refuse_more_than",
    "row_of",
    "words_of",
]
