"""Custom attributes: the typed fields that operators add to customers; defined, ordered, and held against values."""

from portal.domain.attributes.changing import change, define, move, remove
from portal.domain.attributes.columns import Column, Headings, columns, samples
from portal.domain.attributes.reading import all, find, holders, of_entity
from portal.domain.attributes.refusals import AttributesWrong, DefinitionWrong
from portal.domain.attributes.rules import check, defaults, settle

__all__ = [
    "AttributesWrong",
    "Column",
    "DefinitionWrong",
    "Headings",
    "all",
    "change",
    "check",
    "columns",
    "defaults",
    "define",
    "find",
    "holders",
    "move",
    "of_entity",
    "remove",
    "samples",
    "settle",
]
