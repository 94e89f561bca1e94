"""One page of the list: the rows beside a place in an order, and the places of the pages around it."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Row
from sqlalchemy.orm import Session

from portal.domain import search
from portal.domain.listing import cursors, sorting, starting
from portal.domain.listing.conditions import Shape, held_against, lacking, parameters, shape_of, starts
from portal.domain.listing.cursors import END, START, Cursor
from portal.domain.listing.filters import Filters
from portal.domain.listing.starting import PAGE
from portal.domain.listing.statements import RANK, Walk, rows, section_of


@dataclass(frozen=True)
class Page:
    """Rows, and the cursors of what lies before and after them, "" where nothing does.

    A row has id, name, external_id, email, city, country, balance, currency (of the main wallet), wallets (how many),
    status, communications, bounce_state, verified. `first` and `last` tell whether it is an end of the list.
    """

    rows: tuple[Row, ...]
    previous: str
    next: str
    search: "Searching"

    @property
    def first(self) -> bool:
        return not self.previous

    @property
    def last(self) -> bool:
        return not self.next


@dataclass(frozen=True)
class Searching:
    """What was looked for: the order and its sections, the shape of the filters, all parameters but the place."""

    sort: str
    descending: bool
    shape: Shape
    dialect: str
    values: dict
    match: search.Match | None

    def walk(self, section: int, *, backward: bool = False, from_key: bool = False) -> Walk:
        """Name the statement for a section."""
        walk = Walk(self.sort, section, False, from_key, self.shape, self.dialect)
        gathered = starts(self.shape)
        if self.match is not None:
            words, compact, whole = self.match.shape
            walk = walk._replace(search=self._search(section), words=words, compact=compact, whole=whole)
            # By name, those who begin with the line stand together: they are not met on a walk from the other end.
            together = walk.search in {"begun", "coded"} and section_of(walk).by_name and not self.match.coded
            gathered = gathered or together or walk.search == "among"
        if walk.search == "among":
            walk = walk._replace(shape=held_against(walk.shape))
        walk = walk._replace(gathered=gathered)
        turned = self.descending and section_of(walk).turns
        return walk._replace(descending=turned != backward)

    @property
    def sections(self) -> int:
        if self.sort != RANK:
            return len(sorting.SORTS[self.sort])
        return 1 if self.match.complete else 2

    def _search(self, section: int) -> str:
        if self.match.complete:
            return "among"
        if self.match.terms.short:
            return ("named", "coded")[section] if self.sort == RANK else "begun"
        if self.sort != RANK:
            return "tested"
        return (("named", "unnamed") if self.match.named else ("among", "beside"))[section]


def page(session: Session, filters: Filters, *, sort: str = "", cursor: str = "", size: int = PAGE, zone: str = "UTC") -> Page:
    """Give a page of the customers that match, in an order: a sort's name, "-" before it for descending.

    Without a sort a search is ordered by rank (exact, then beginning, then inside), all else by name. A cursor that does
    not fit gives the first page; "last" gives the last one, which is the first of the reverse order.
    """
    searching = look(session, filters, sort=sort, zone=zone)
    kinds = [section_of(searching.walk(number)).kinds for number in range(searching.sections)]
    place = cursors.read(cursor, kinds)
    found = _walk(session, searching, place, size + 1)
    if place.backward and len(found) < size:
        place = START  # too few before it: the first page, filled
        found = _walk(session, searching, START, size + 1)
    more, found = len(found) > size, found[:size]
    if place.backward:
        found.reverse()
    beyond = bool(place.keys)
    has_previous, has_next = (more, beyond) if place.backward else (beyond, more)
    return Page(
        tuple(row for _, row in found),
        _cursor(searching, True, found[0]) if has_previous and found else "",
        _cursor(searching, False, found[-1]) if has_next and found else "",
        searching,
    )


def look(session: Session, filters: Filters, *, sort: str = "", zone: str = "UTC") -> Searching:
    """Prepare a walk: take the search line apart and ask how many each filter picks."""
    name, descending = sorting.parse(sort)
    dialect = session.get_bind().dialect.name
    values = parameters(filters, dialect, zone)
    if filters.q and not sort:
        match = search.matching(session, filters.q)
        if match is not None:
            name, descending = RANK, False
        shape = shape_of(session, filters, zone, sort=name, asking=match is None or not match.complete)
    else:
        shape = shape_of(session, filters, zone, sort=name)
        match = _listed(session, filters.q, started=starts(shape)) if filters.q else None
    if match is not None:
        values |= match.parameters(dialect)
    return Searching(name, descending, shape, dialect, values, match)


def _listed(session: Session, line: str, *, started: bool) -> search.Match | None:
    """Search for what is shown in another order: listed whole, without another start, where walking to it would cost more."""
    return search.matching(session, line, few=search.FEW if started else starting.reach(starting.size(session), 1))


def _walk(session: Session, searching: Searching, place: Cursor, wanted: int) -> list[tuple[int, Row]]:
    """Walk the sections from a place on until enough rows are found; (section, row), in the order walked."""
    found: list[tuple[int, Row]] = []
    last = searching.sections - 1
    section = place.section if place.keys else (last if place.backward else 0)
    keys = place.keys
    connection = session.connection()  # rows, not objects: the session's own way of reading costs twice as much
    while 0 <= section <= last and len(found) < wanted:
        walk = searching.walk(section, backward=place.backward, from_key=bool(keys))
        if lacks := section_of(walk).lacks:
            shape = lacking(session, walk.shape, lacks, asking=walk.search != "among")
            walk = walk._replace(shape=shape, gathered=walk.gathered or starts(shape))
        if walk.search != "among" or searching.match.documents:
            values = searching.values | {"limit": wanted - len(found)} | {f"key{number}": key for number, key in enumerate(keys)}
            found += [(section, row) for row in rows(walk).rows(connection, values)]
        section += -1 if place.backward else 1
        keys = ()
    return found


def _cursor(searching: Searching, backward: bool, found: tuple[int, Row]) -> str:
    number, row = found
    section = section_of(searching.walk(number))
    keys = tuple(row[13:])
    if section.kinds[-1] is UUID:
        keys += (UUID(str(row.id)),)
    return cursors.write(backward, number, keys)


__all__ = ["END", "PAGE", "Page", "Searching", "look", "page"]
