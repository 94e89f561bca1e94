"""Tax IDs: their kinds, and the offline check of form and check digit."""

from portal.values.tax_ids.kinds import KINDS, TaxIdKind, kinds_for, parse_kind
from portal.values.tax_ids.reading import parse_tax_id
from portal.values.tax_ids.writing import format_tax_id

__all__ = ["KINDS", "TaxIdKind", "format_tax_id", "kinds_for", "parse_kind", "parse_tax_id"]
