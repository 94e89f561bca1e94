"""The values that a timeline is made of."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID


class Part(NamedTuple):
    """A piece of a sentence; `kind` is "text", "name" (a person or thing) or "figure" (an amount, without its currency)."""

    kind: str
    text: str


@dataclass(frozen=True)
class Change:
    """One line below a sentence: before and after, None where empty; or a single `text`."""

    name: str
    before: str | None = None
    after: str | None = None
    text: str = ""


@dataclass(frozen=True, kw_only=True)
class Event:
    """One act or one mail.

    `who` acted, in words; `sentence` tells it, who included; `origin` is the door in words ("console", "a link in an email",
    "by itself"), `device` and `ip` where it was done from, as far as the reader may know.
    """

    id: UUID
    at: datetime
    who: str
    sentence: tuple[Part, ...]
    changes: tuple[Change, ...] = ()
    origin: str = ""
    device: str = ""
    ip: str = ""
    customer_id: UUID | None = None

    @property
    def text(self) -> str:
        """The sentence as plain text."""
        return "".join(part.text for part in self.sentence)


@dataclass(frozen=True)
class Page:
    """Some events, the newest first; `older` is the cursor for those before them, empty at the end."""

    events: tuple[Event, ...]
    older: str = ""


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which events are asked for: of one customer or of all, of one of KINDS, by one of GROUPS or one person, of a time."""

    customer_id: UUID | None = None
    kind: str = ""
    who: str | UUID = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Reader:
    """Who the events are told to.

    With `house`, the business entity's name, the reader is one of the customer's people: operators are then the house's
    support, and what is for operators only is left out. `user_id` is the reader's own, told as "You"; `contact_id` finds
    the mail that went to the reader.
    """

    locale: str = "en"
    time_zone: str = "UTC"
    house: str = ""
    user_id: UUID | None = None
    contact_id: UUID | None = None

    @property
    def outside(self) -> bool:
        """Whether the reader is one of the customer's people."""
        return bool(self.house)
