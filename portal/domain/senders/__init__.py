"""Senders: the identities that mail goes out from, their keys, and the records that let receivers trust them."""

from portal.domain.senders.changing import add, change, make_default, remove
from portal.domain.senders.checking import claim, due, settle
from portal.domain.senders.finding import all, find
from portal.domain.senders.identity import Identity, Signing, written_as
from portal.domain.senders.keys import drop_next_key, forget_key, make_key
from portal.domain.senders.records import Record, questions, records
from portal.domain.senders.refusals import NothingToDrop, SenderInUse, SenderWrong

__all__ = [
    "Identity",
    "NothingToDrop",
    "Record",
    "SenderInUse",
    "SenderWrong",
    "Signing",
    "add",
    "all",
    "change",
    "claim",
    "drop_next_key",
    "due",
    "find",
    "forget_key",
    "make_default",
    "make_key",
    "questions",
    "records",
    "remove",
    "settle",
    "written_as",
]
