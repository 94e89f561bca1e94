"""Postal addresses: codes that can exist, doubts worth saying, and the lines of an envelope."""

from portal.values.addresses.checking import check_postal_code, warnings
from portal.values.addresses.lines import format_lines

__all__ = ["check_postal_code", "format_lines", "warnings"]
