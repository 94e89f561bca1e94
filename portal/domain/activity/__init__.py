"""What happened at a customer: its acts and its mail as one list, told for a person."""

from portal.domain.activity.events import Change, Event, Page, Part, Reader
from portal.domain.activity.kinds import GROUPS, KINDS
from portal.domain.activity.reading import page, people

__all__ = ["GROUPS", "KINDS", "Change", "Event", "Page", "Part", "Reader", "page", "people"]
