"""Views of the customers that operators keep under a name, for themselves or for all."""

from portal.domain.saved_views.changing import MOST, change, remove, save
from portal.domain.saved_views.reading import all, find, in_margin
from portal.domain.saved_views.refusals import NameTaken, NoSuchView, NothingToSave, NotYours, TooManyViews

__all__ = [
    "MOST",
    "NameTaken",
    "NoSuchView",
    "NotYours",
    "NothingToSave",
    "TooManyViews",
    "all",
    "change",
    "find",
    "in_margin",
    "remove",
    "save",
]
