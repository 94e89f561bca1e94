"""Who is sent what, and why: the function that sends is the one that explains."""

from portal.domain.communications.bulk import MOST, WHOM, NoChange, OnlyByOptIn, Outcome, TooMany, switch_for_many
from portal.domain.communications.choosing import choose, choose_all, keep_readers, loss_by, readers, release, undo
from portal.domain.communications.daily import choose_daily, comes_daily, next_letter, next_seven
from portal.domain.communications.defaults import BILLING_TOPICS, defaults, set_defaults, start
from portal.domain.communications.handed import HandedOver, handed_over
from portal.domain.communications.judging import Standing, Verdict, addressees, addressees_of_many, of_address, recipients, wants
from portal.domain.communications.merging import Joined, join, joined
from portal.domain.communications.reading import PRIMARY_READS, Receipt, Row, Silence, history, matrix, person, silence
from portal.domain.communications.refusals import LastRecipient, Loss, NewerChoice, together
from portal.domain.communications.succession import Succession, not_written_to, readers_at, readers_of, succeed
from portal.domain.communications.switch import set_communications
from portal.domain.communications.telling import ask_to_confirm
from portal.domain.communications.undoing import Taken, take_back, taken, undo_all
from portal.domain.topics import CHOICES, TOPICS

__all__ = [
    "BILLING_TOPICS",
    "CHOICES",
    "MOST",
    "PRIMARY_READS",
    "TOPICS",
    "WHOM",
    "HandedOver",
    "Joined",
    "LastRecipient",
    "Loss",
    "NewerChoice",
    "NoChange",
    "OnlyByOptIn",
    "Outcome",
    "Receipt",
    "Row",
    "Silence",
    "Standing",
    "Succession",
    "Taken",
    "TooMany",
    "Verdict",
    "addressees",
    "addressees_of_many",
    "ask_to_confirm",
    "choose",
    "choose_all",
    "choose_daily",
    "comes_daily",
    "defaults",
    "handed_over",
    "history",
    "join",
    "joined",
    "keep_readers",
    "loss_by",
    "matrix",
    "next_letter",
    "next_seven",
    "not_written_to",
    "of_address",
    "person",
    "readers",
    "readers_at",
    "readers_of",
    "recipients",
    "release",
    "set_communications",
    "set_defaults",
    "silence",
    "start",
    "succeed",
    "switch_for_many",
    "take_back",
    "taken",
    "together",
    "undo",
    "undo_all",
    "wants",
]
