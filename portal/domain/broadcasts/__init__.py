"""Broadcasts: one letter to the contacts of many customers who get its topic; composed, counted, scheduled, sent, stopped."""

from portal.domain.broadcasts.composing import Draft, change, create, remove
from portal.domain.broadcasts.counting import count_again, keep, look
from portal.domain.broadcasts.letter import LETTER, check_words, example, first_words, words
from portal.domain.broadcasts.reading import PAGE, Result, find, newest, result
from portal.domain.broadcasts.refusals import (
    BroadcastChanged,
    InThePast,
    NobodyWill,
    NoBroadcast,
    NotCounted,
    NotInThisState,
    NumberWrong,
    WordsUnfit,
)
from portal.domain.broadcasts.scheduling import ASKS_FOR_NUMBER, schedule, take_back
from portal.domain.broadcasts.segments import choices, filters_of, first_customer
from portal.domain.broadcasts.stopping import stop, stop_rules
from portal.domain.broadcasts.work import to_count, waiting, work_on

__all__ = [
    "ASKS_FOR_NUMBER",
    "LETTER",
    "PAGE",
    "BroadcastChanged",
    "Draft",
    "InThePast",
    "NoBroadcast",
    "NobodyWill",
    "NotCounted",
    "NotInThisState",
    "NumberWrong",
    "Result",
    "WordsUnfit",
    "change",
    "check_words",
    "choices",
    "count_again",
    "create",
    "example",
    "filters_of",
    "find",
    "first_customer",
    "first_words",
    "keep",
    "look",
    "newest",
    "remove",
    "result",
    "schedule",
    "stop",
    "stop_rules",
    "take_back",
    "to_count",
    "waiting",
    "words",
    "work_on",
]
