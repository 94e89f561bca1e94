"""Imports of customers and contacts from CSV: read, checked cell by cell, planned, applied whole or not at all."""

from portal.domain.imports.problems import Findings, Notice, Problem
from portal.domain.imports.reading import DELIMITER_NAMES, CsvFile, Unreadable
from portal.domain.imports.running import Outcome, Refused, apply, check
from portal.domain.imports.spool import Files, Source
from portal.domain.imports.topic_words import topics_of

__all__ = [
    "DELIMITER_NAMES",
    "CsvFile",
    "Files",
    "Findings",
    "Notice",
    "Outcome",
    "Problem",
    "Refused",
    "Source",
    "Unreadable",
    "apply",
    "check",
    "topics_of",
]
