"""The log of mail: finding what was sent, reading it once more, and what may be done with it."""

from portal.domain.mail_log.filters import STATES, Filters
from portal.domain.mail_log.origin import Origin, origin
from portal.domain.mail_log.pages import CAP, PAGE, Count, MessagePage, of_person, page
from portal.domain.mail_log.reading import reread, title
from portal.domain.mail_log.repeating import Outlook, TooSoon, WouldBeHeld, others, outlook, repeats, send_again, send_to_oneself
from portal.domain.mail_log.source import Source, source

__all__ = [
    "CAP",
    "PAGE",
    "STATES",
    "Count",
    "Filters",
    "MessagePage",
    "Origin",
    "Outlook",
    "Source",
    "TooSoon",
    "WouldBeHeld",
    "of_person",
    "origin",
    "others",
    "outlook",
    "page",
    "repeats",
    "reread",
    "send_again",
    "send_to_oneself",
    "source",
    "title",
]
