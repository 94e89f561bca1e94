"""Signing in: asking for a link, the links and codes themselves, entering a place, the password door."""

from portal.domain.sign_in.asking import Asked, ask, request_of, too_many
from portal.domain.sign_in.codes import TRIES, CodeAnswer, mint_code, use_code
from portal.domain.sign_in.entering import BY_EMAIL, choices, enter, fresh, leave, record_refusal, switch
from portal.domain.sign_in.links import Opened, asked_here, mint_link, open_link, spend
from portal.domain.sign_in.password_door import admit, let_in, wait_for

__all__ = [
    "BY_EMAIL",
    "TRIES",
    "Asked",
    "CodeAnswer",
    "Opened",
    "admit",
    "ask",
    "asked_here",
    "choices",
    "enter",
    "fresh",
    "leave",
    "let_in",
    "mint_code",
    "mint_link",
    "open_link",
    "record_refusal",
    "request_of",
    "spend",
    "switch",
    "too_many",
    "use_code",
    "wait_for",
]
