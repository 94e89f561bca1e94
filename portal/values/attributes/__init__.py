"""Values of custom attributes: read from people and from machines, written for editing and for reading."""

from portal.values.attributes.kinds import KINDS, MAX_CHOICES, WITH_CHOICES, Kind, key_of, parse_choices, parse_key
from portal.values.attributes.reading import check_attribute, parse_attribute
from portal.values.attributes.writing import format_attribute, write_attribute

__all__ = [
    "KINDS",
    "MAX_CHOICES",
    "WITH_CHOICES",
    "Kind",
    "check_attribute",
    "format_attribute",
    "key_of",
    "parse_attribute",
    "parse_choices",
    "parse_key",
    "write_attribute",
]
