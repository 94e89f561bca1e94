"""The declarative base and the column types that behave alike on SQLite and PostgreSQL."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from sqlalchemy import JSON, BigInteger, DateTime, ForeignKey, Index, LargeBinary, MetaData, String, Text, TypeDecorator, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, MappedColumn, mapped_column

from portal.values import clock, ids


class UtcDateTime(TypeDecorator[datetime]):
    """An aware datetime in UTC; naive ones are refused. SQLite keeps it as text that sorts."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value, dialect):
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a datetime without a time zone reached the database")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value, dialect):
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Ascii(TypeDecorator[str]):
    """Text that sorts by its bytes on both databases: keys, folded names, codes."""

    impl = String
    cache_ok = True

    def load_dialect_impl(self, dialect):
        collation = "C" if dialect.name == "postgresql" else None
        return dialect.type_descriptor(String(self.impl.length, collation=collation))


Json = JSON().with_variant(JSONB(), "postgresql")
Minor = BigInteger  # an amount in the currency's minor units
Digest = LargeBinary(32)

Id = Annotated[UUID, mapped_column(Uuid(), primary_key=True, default=ids.new_id)]
Moment = Annotated[datetime, mapped_column(UtcDateTime())]
Created = Annotated[datetime, mapped_column(UtcDateTime(), default=lambda: clock.now())]
Word = Annotated[str, mapped_column(String(40))]
Line = Annotated[str, mapped_column(String(255))]
Prose = Annotated[str, mapped_column(Text())]
CurrencyCode = Annotated[str, mapped_column(String(3))]


def foreign(target: str, *, index: bool = True, ondelete: str = "RESTRICT", **options) -> MappedColumn:
    """Make a foreign key that restricts, with its index."""
    return mapped_column(Uuid(), ForeignKey(target, ondelete=ondelete), index=index, **options)


def partial_index(name: str, *columns, where: str, unique: bool = False) -> Index:
    """Make an index over the rows of a condition only."""
    return Index(name, *columns, unique=unique, sqlite_where=text(where), postgresql_where=text(where))


class Base(DeclarativeBase):
    """All tables share one metadata, with names for every constraint so that migrations can speak of them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
