"""What happened at a customer: its acts and its mail as one list, told for a person."""

from portal.domain.activity.events import Change, Event, Page, Part, Reader, Wanted
from portal.domain.activity.exporting import COLUMNS, csv_pieces
from portal.domain.activity.kinds import GROUPS, KINDS
from portal.domain.activity.reading import operators, page, page_of, people

__all__ = [
    "COLUMNS",
    "GROUPS",
    "KINDS",
    "Change",
    "Event",
    "Page",
    "Part",
    "Reader",
    "Wanted",
    "csv_pieces",
    "operators",
    "page",
    "page_of",
    "people",
]
