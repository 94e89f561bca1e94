"""What is asked of custom attributes, as conditions on `Customer`; like all conditions of the list made once for their shape.

Words of texts, choices and lists stand in the search documents too. Where few of these hold the words, the list starts from
them; where many do, it finds a page of them as it walks.
"""

from collections.abc import Sequence
from functools import lru_cache

from sqlalchemy import Numeric, Select, Text, and_, bindparam, case, cast, column, func, literal, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ColumnElement

from portal.domain.listing.by_attribute import NUMBERS, Asked
from portal.domain.search import holding, renewal
from portal.domain.search.documents import SOUGHT
from portal.model import Customer

NAME = "attribute"
FEW = 1000
_NUMBER = r"^-?[0-9]+(\.[0-9]+)?$"


def shape(session: Session, asked: Sequence[Asked]) -> list[tuple[str, str, str]]:
    """Give what decides how the conditions read: of each the test, how it is compared, whether one business entity has it,
    and "few" where the search documents say so.
    """
    return [
        (NAME, f"{one.test} {_way(one)} {'own' if one.business_entity_id else 'all'}", _amount(session, one, number))
        for number, one in enumerate(asked)
    ]


def parameters(asked: Sequence[Asked], dialect: str) -> dict[str, object]:
    """Give the values of the conditions' parameters."""
    given: dict[str, object] = {}
    for number, one in enumerate(asked):
        given |= {f"attribute{number}": one.key, f"attribute_path{number}": f'$."{one.key}"', f"attribute_value{number}": _compared(one)}
        if one.business_entity_id:
            given[f"attribute_entity{number}"] = one.business_entity_id
        if one.kind in SOUGHT:
            given[f"attribute_words{number}"] = holding.value(dialect, one.value)
    return given


def build(variant: str, amount: str, dialect: str, number: int) -> ColumnElement[bool]:
    """Build the condition of one question; its parameters have this number."""
    test, way, whose = variant.split(" ")
    held = _Postgresql(number) if dialect == "postgresql" else _Sqlite(number)
    wanted = bindparam(f"attribute_value{number}", type_=Text)
    if test == "set":
        condition = held.text.is_not(None) if way == "yes" else held.text.is_(None)
    elif way == "list":
        condition = held.any_item(lambda item: held.like(item, wanted) if test == "has" else item == wanted)
    elif test == "has":
        condition = held.like(held.text, wanted)
    else:
        left, right = (held.number, cast(wanted, Numeric)) if way == "number" else (held.text, wanted)
        condition = {"is": left == right, "from": left >= right, "to": left <= right}[test]
    if whose == "own":
        entity = bindparam(f"attribute_entity{number}", type_=Customer.business_entity_id.type)
        condition = and_(Customer.business_entity_id == entity, condition)
    if amount == "few":
        condition = and_(Customer.id.in_(holding.holding(dialect, f"attribute_words{number}")), condition)
    return condition


def _amount(session: Session, one: Asked, number: int) -> str:
    """Tell whether few documents hold the words; "" where many do, or where the documents cannot tell."""
    if one.test == "set" or one.kind not in SOUGHT or not holding.askable(one.value) or renewal.waiting(session):
        return ""
    dialect = session.get_bind().dialect.name
    words = holding.value(dialect, one.value)
    return "few" if session.connection().scalar(_how_many(dialect, number), {f"attribute_words{number}": words}) <= FEW else ""


@lru_cache(maxsize=64)
def _how_many(dialect: str, number: int) -> Select:
    return select(func.count()).select_from(holding.holding(dialect, f"attribute_words{number}").limit(FEW + 1).subquery())


def _way(one: Asked) -> str:
    if one.test == "set":
        return one.value
    if one.kind in NUMBERS:
        return "number"
    return "list" if one.kind == "list" else "text"


def _compared(one: Asked) -> str:
    if one.test == "has":
        return f"%{one.value.replace('/', '//').replace('%', '/%').replace('_', '/_')}%"
    return {"yes": "true", "no": "false"}.get(one.value, "") if one.kind == "yes_no" else one.value


class _Sqlite:
    """A value as SQLite reads it from JSON: true and false are 1 and 0 there, as text they are what the JSON has."""

    def __init__(self, number: int):
        self._path = bindparam(f"attribute_path{number}", type_=Text)
        self._value = func.json_extract(Customer.attributes, self._path)

    @property
    def text(self) -> ColumnElement[str]:
        kind = func.json_type(Customer.attributes, self._path)
        return case((kind.in_(("true", "false")), kind), else_=cast(self._value, Text))

    @property
    def number(self) -> ColumnElement:
        return cast(self._value, Numeric)

    def any_item(self, test) -> ColumnElement[bool]:
        items = func.json_each(Customer.attributes, self._path).table_valued(column("value", Text)).alias("items")
        return select(literal(1)).select_from(items).where(test(items.c.value)).exists()

    def like(self, text: ColumnElement, wanted: ColumnElement) -> ColumnElement[bool]:
        return text.like(wanted, escape="/")  # which is of any case there, for the letters a to z


class _Postgresql:
    """A value as PostgreSQL reads it; what is no number, or no list, is none."""

    def __init__(self, number: int):
        self._key = bindparam(f"attribute{number}", type_=Text)

    @property
    def text(self) -> ColumnElement[str]:
        return func.jsonb_extract_path_text(Customer.attributes, self._key)

    @property
    def number(self) -> ColumnElement:
        return case((self.text.regexp_match(_NUMBER), cast(self.text, Numeric)))

    def any_item(self, test) -> ColumnElement[bool]:
        held = func.jsonb_extract_path(Customer.attributes, self._key, type_=JSONB)
        array = case((func.jsonb_typeof(held) == "array", held), else_=cast(literal("[]", Text), JSONB))
        items = func.jsonb_array_elements_text(array).table_valued(column("value", Text), name="items")
        return select(literal(1)).select_from(items).where(test(items.c.value)).exists()

    def like(self, text: ColumnElement, wanted: ColumnElement) -> ColumnElement[bool]:
        return text.ilike(wanted, escape="/")
