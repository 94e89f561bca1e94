"""Imports of customers and contacts from CSV: read, checked cell by cell, planned, applied whole or not at all."""

from portal.domain.imports.problems import Findings, Notice, Problem
from portal.domain.imports.reading import DELIMITER_NAMES, CsvFile, Unreadable
from portal.domain.imports.running import Outcome, Refused, Source, apply, check

__all__ = ["DELIMITER_NAMES", "CsvFile", "Findings", "Notice", "Outcome", "Problem", "Refused", "Source", "Unreadable", "apply", "check"]
