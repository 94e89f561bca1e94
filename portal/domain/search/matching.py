"""Which customers a typed line matches: keys by their B-trees first, then the trigram index.

A trigram index is slow for rare terms made of trigrams that stand everywhere ("CUST-000777"), and a prefix range of a
B-tree is not: what looks like a code or an address goes there first. Up to FEW documents are listed and ranked one by
one, and more where they are sorted by something else. Where more match, those that begin with the line come first, and
the others as the index gives them: in the order they were added. Where more than FEW names begin with the line, they are
not ranked but walked in their own order, which has the names that are the line before the longer ones.
"""

import json
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Integer,
    Select,
    Text,
    and_,
    bindparam,
    case,
    cast,
    column,
    func,
    literal,
    or_,
    select,
    table,
    text,
    union_all,
)
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ColumnElement

from portal.domain.kept import Kept
from portal.domain.search.given import full_text, range_values, rank_values, word_values
from portal.domain.search.terms import TRIGRAM, Terms, read
from portal.model import Contact, Customer, SearchDocument, TaxId

FEW = 250
CAP = 1000
MANY = 10_000


@dataclass(frozen=True)
class Match:
    """What a line matches.

    `documents` are ids of search documents: all that match when `complete`, else those whose name or key begins with the
    line, which come first. `terms` is the line taken apart.
    """

    terms: Terms
    documents: tuple[int, ...]
    complete: bool
    number: int = 0
    """How many documents match, up to CAP + 1; 0 where it was not counted."""
    named: bool = False
    """Whether so many names begin with the line that they are walked; `documents` is empty then."""
    coded: bool = False
    """Whether more than MANY IDs begin with a short line, so that one is soon met on any walk."""

    def parameters(self, dialect: str) -> dict[str, object]:
        """Give the values of all parameters in the conditions and statements of this module."""
        documents = list(self.documents) if dialect == "postgresql" else json.dumps(self.documents)
        asked = rank_values(self.terms) | range_values(self.terms) | word_values(self.terms)
        return asked | {"documents": documents, "match": full_text(self.terms)}

    @property
    def shape(self) -> tuple[int, bool, bool]:
        """Give what decides how a statement for the line reads: number of words, a compact form, asked of the index whole."""
        return _shape(self.terms)


def matching(session: Session, query: str, *, few: int = FEW) -> Match | None:
    """Find what a typed line matches, all documents where they are few; None when the line is empty. No line raises."""
    terms = read(query)
    if terms is None:
        return None
    most = max(few, CAP)
    values = range_values(terms) | word_values(terms) | {"match": full_text(terms), "few": few + 1, "most": most + 1}
    connection = session.connection()
    named = _NAMED.scalar(connection, values) > few
    if named and terms.short:
        return Match(terms, (), complete=False, coded=_CODED.scalar(connection, values) > MANY)
    begin = [] if named else _beginning(terms.short).scalars(connection, values)
    if len(begin) > most:
        return Match(terms, (), complete=False, number=len(begin), coded=_CODED.scalar(connection, values) > MANY)
    if terms.short or (terms.code and begin):
        return Match(terms, tuple(begin), complete=True)
    found = _found(connection.dialect.name, *_shape(terms)).scalars(connection, values)
    if len(found) > few:
        return Match(terms, tuple(begin), complete=False, number=len(found), named=named)
    return Match(terms, tuple(dict.fromkeys((*begin, *found))), complete=True)


def among(statement: Select, dialect: str) -> Select:
    """Start a statement on `Customer` from the documents in the parameter `documents`."""
    given = _given(dialect).alias("given")
    return (
        statement.select_from(given)
        .join(SearchDocument, SearchDocument.id == given.c.value)
        .join(Customer, Customer.id == SearchDocument.customer_id)
    )


def listed(dialect: str) -> Select:
    """Select the ids in the parameter `documents`."""
    given = _given(dialect).alias("given")
    return select(given.c.value)


def named() -> ColumnElement[bool]:
    """The condition that a customer's name begins with the line."""
    return _begins(Customer.name_key, "name")


def coded() -> ColumnElement[bool]:
    """The condition that a customer's ID begins with the line."""
    return or_(*_id_ranges())


def tested(words: int, compact: bool) -> ColumnElement[bool]:
    """The condition that a customer's document holds the line, however many there are."""
    held = select(SearchDocument.id).where(SearchDocument.customer_id == Customer.id, _holds(words, compact))
    return held.correlate(Customer).exists()


def reading(statement: Select, words: int, compact: bool) -> Select:
    """Let a statement on `Customer` read the documents: those that hold the line."""
    return statement.join(SearchDocument, SearchDocument.customer_id == Customer.id).where(_holds(words, compact))


def streaming(statement: Select, words: int, compact: bool, whole: bool) -> Select:
    """Start a statement on `Customer` from SQLite's index: what holds the line, by the document's id."""
    statement = (
        statement.select_from(INDEX)
        .join(SearchDocument, SearchDocument.id == INDEX.c.rowid)
        .join(Customer, Customer.id == SearchDocument.customer_id)
        .where(text("search_index MATCH :match"))
    )
    return statement if whole else statement.where(_holds(words, compact))


@lru_cache(maxsize=64)
def streamed(dialect: str, words: int, compact: bool, whole: bool) -> Select:
    """Select the documents that hold the line."""
    if dialect != "sqlite":
        # Materialised, so that it is planned as if all were wanted: with a limit in view the planner would scan the table.
        found = select(SearchDocument.id).where(_holds(words, compact)).cte("found").prefix_with("MATERIALIZED")
        return select(found.c.id)
    found = select(INDEX.c.rowid).where(text("search_index MATCH :match"))
    return found if whole else select(SearchDocument.id).where(SearchDocument.id.in_(found), _holds(words, compact))


@lru_cache(maxsize=64)
def _found(dialect: str, words: int, compact: bool, whole: bool) -> Kept:
    return Kept(streamed(dialect, words, compact, whole).limit(bindparam("most")))


def _shape(terms: Terms) -> tuple[int, bool, bool]:
    """Give what decides how a statement reads: how many words, whether there is a number, whether all was asked whole."""
    whole = all(len(word) >= TRIGRAM and terms.rare(word) == [word] for word in terms.words)
    return len(terms.words), bool(terms.compact), whole


def rank(dialect: str, compact: bool) -> ColumnElement[int]:
    """Rank a document: 0 where one of its lines is what was typed, 1 where one begins so, 2 else."""
    place = func.instr if dialect == "sqlite" else func.strpos
    lines = literal("\n", Text) + SearchDocument.body + literal("\n", Text)
    exact, begins = (
        or_(*(place(lines, bindparam(f"{kind}{number}", type_=Text)) > 0 for number in range(1 + compact))) for kind in ("exact", "begins")
    )
    return case((exact, 0), (begins, 1), else_=2)


INDEX = table("search_index", column("rowid", Integer))
"""SQLite's full-text index; its row ids are the documents' ids, and it gives them in order."""


def _begins(key, name: str) -> ColumnElement[bool]:
    return and_(key >= bindparam(f"{name}_from", type_=Text), key < bindparam(f"{name}_to", type_=Text))


def _id_ranges() -> list[ColumnElement[bool]]:
    """IDs keep their case; a person does not: as typed, in lower case, in upper case."""
    return [_begins(Customer.external_id, f"id{case}") for case in range(3)]


def _number(condition: ColumnElement[bool], limit) -> Kept:
    return Kept(select(func.count()).select_from(select(Customer.id).where(condition).limit(limit).subquery()))


_NAMED = _number(_begins(Customer.name_key, "name"), bindparam("few"))
_CODED = _number(or_(*_id_ranges()), MANY + 1)


@lru_cache(maxsize=2)
def _beginning(short: bool) -> Kept:
    """Select the documents of customers whose name, ID, email, tax ID or contact's email begins with the line."""
    ranges = [select(Customer.id).where(_begins(Customer.name_key, "name"))]
    ranges += [select(Customer.id).where(condition) for condition in _id_ranges()]
    if not short:
        ranges.append(select(Customer.id).where(_begins(Customer.email_key, "name")))
        ranges.append(select(Contact.customer_id).where(_begins(Contact.email_key, "name"), Contact.removed_at.is_(None)))
        ranges.append(select(TaxId.customer_id).where(_begins(TaxId.value, "tax")))
    most = bindparam("most")
    found = union_all(*(select(one.limit(most).subquery().c[0]) for one in ranges)).subquery()
    return Kept(select(SearchDocument.id).where(SearchDocument.customer_id.in_(select(found.c[0]))).limit(most))


def _holds(words: int, compact: bool) -> ColumnElement[bool]:
    """The body holds every word, or the line as one number."""
    every = and_(*(SearchDocument.body.like(bindparam(f"word{number}", type_=Text), escape="/") for number in range(words)))
    return or_(every, SearchDocument.body.like(bindparam("compact", type_=Text), escape="/")) if compact else every


def _given(dialect: str):
    if dialect == "postgresql":
        return select(func.unnest(cast(bindparam("documents"), ARRAY(BigInteger))).label("value"))
    return select(column("value")).select_from(func.json_each(bindparam("documents", type_=Text)))
