"""Custom data: one JSON object per customer, with errors that point at the place."""

from portal.values.custom_data.reading import MAX_BYTES, MAX_DEPTH, MAX_KEY, BadJson, parse_custom_data, parse_json
from portal.values.custom_data.writing import flatten, format_custom_data

__all__ = ["MAX_BYTES", "MAX_DEPTH", "MAX_KEY", "BadJson", "flatten", "format_custom_data", "parse_custom_data", "parse_json"]
