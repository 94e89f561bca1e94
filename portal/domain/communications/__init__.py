"""Who is sent what, and why: the function that sends is the one that explains."""

from portal.domain.communications.choosing import choose, choose_all, keep_readers, loss_by, readers, release, undo
from portal.domain.communications.judging import Standing, Verdict, addressees, recipients, wants
from portal.domain.communications.reading import Receipt, Row, history, matrix, unread
from portal.domain.communications.refusals import LastRecipient, Loss, NewerChoice
from portal.domain.communications.switch import set_communications
from portal.domain.communications.undoing import undo_all
from portal.domain.topics import CHOICES, TOPICS

__all__ = [
    "CHOICES",
    "TOPICS",
    "LastRecipient",
    "Loss",
    "NewerChoice",
    "Receipt",
    "Row",
    "Standing",
    "Verdict",
    "addressees",
    "choose",
    "choose_all",
    "history",
    "keep_readers",
    "loss_by",
    "matrix",
    "readers",
    "recipients",
    "release",
    "set_communications",
    "undo",
    "undo_all",
    "unread",
    "wants",
]
