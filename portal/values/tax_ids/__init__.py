"""Tax IDs: their kinds, and the offline check of form and check digit.

The rules of all countries (python-stdnum) are imported with the first number that is read.
"""

from functools import cache
from types import ModuleType

from portal.values.tax_ids.kinds import KINDS, TaxIdKind, kinds_for, parse_kind
from portal.values.tax_ids.writing import format_tax_id

__all__ = ["KINDS", "TaxIdKind", "format_tax_id", "kinds_for", "parse_kind", "parse_tax_id"]


def parse_tax_id(kind: str, text: str) -> str:
    """Read a tax ID of a kind for storage: without spaces and marks, with the letters its register uses.

    BadValue gives the reason; where only the check digit is wrong, `suggestion` is what would fit.
    """
    return _reading().parse_tax_id(kind, text)


@cache
def _reading() -> ModuleType:
    from portal.values.tax_ids import reading

    return reading
