"""Phone numbers: kept as E.164, shown for reading.

The plans of all countries (phonenumbers) are imported with the first number: a process that shows none does without them.
"""

from functools import cache
from types import ModuleType


def parse_phone(text: str, country: str | None) -> str:
    """Read a phone number as E.164; one without + is read as dialled within the country (alpha-2).

    BadValue when no such number can exist.
    """
    return _plans().parse_phone(text, country)


def format_phone(e164: str) -> str:
    """Write an E.164 number in groups for reading: "+49 30 123456"; what cannot be read comes back as it is."""
    return _plans().format_phone(e164)


@cache
def _plans() -> ModuleType:
    from portal.values.phones import plans

    return plans
