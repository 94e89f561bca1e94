"""Which customers have a text in their documents at all, asked of the index: a first, wide choice for a narrower condition."""

from sqlalchemy import Integer, Select, Text, bindparam, column, select, table, text

from portal.domain.search.terms import TRIGRAM
from portal.model import SearchDocument
from portal.values.text import fold

_INDEX = table("search_index", column("rowid", Integer))


def askable(wanted: str) -> bool:
    """Tell whether a text is long enough for the index."""
    return len(fold(wanted)) >= TRIGRAM


def holding(dialect: str, name: str) -> Select:
    """Select the ids of the customers whose documents hold the text in the parameter `name`, as `value` writes it."""
    if dialect == "postgresql":
        return select(SearchDocument.customer_id).where(SearchDocument.body.like(bindparam(name, type_=Text), escape="/"))
    return select(SearchDocument.customer_id).join(_INDEX, SearchDocument.id == _INDEX.c.rowid).where(text(f"search_index MATCH :{name}"))


def value(dialect: str, wanted: str) -> str:
    """Write a text as the parameter of `holding`."""
    folded = fold(wanted)
    if dialect == "postgresql":
        return f"%{folded.replace('/', '//').replace('%', '/%').replace('_', '/_')}%"
    return '"' + folded.replace('"', '""') + '"'
