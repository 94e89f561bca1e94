"""Signing in: asking for a link, the links and codes themselves, entering a place, the password door."""

from portal.domain.sign_in.asking import Asked, ask, request_of, too_many
from portal.domain.sign_in.codes import TRIES, CodeAnswer, mint_code, use_code
from portal.domain.sign_in.entering import BY_EMAIL, BY_PROVIDER, FRESH, choices, enter, fresh, leave, record_refusal, switch
from portal.domain.sign_in.forgetting import forget
from portal.domain.sign_in.links import Opened, asked_here, mint_link, open_link, spend
from portal.domain.sign_in.password_door import admit, let_in, wait_for
from portal.domain.sign_in.pending import Waiting, admit_code, complete, contact_of, forget_tries, hold, pending
from portal.domain.sign_in.proof_codes import proof_asked, send_proof_code

__all__ = [
    "BY_EMAIL",
    "BY_PROVIDER",
    "FRESH",
    "TRIES",
    "Asked",
    "CodeAnswer",
    "Opened",
    "Waiting",
    "admit",
    "admit_code",
    "ask",
    "asked_here",
    "choices",
    "complete",
    "contact_of",
    "enter",
    "forget",
    "forget_tries",
    "fresh",
    "hold",
    "leave",
    "let_in",
    "mint_code",
    "mint_link",
    "open_link",
    "pending",
    "proof_asked",
    "record_refusal",
    "request_of",
    "send_proof_code",
    "spend",
    "switch",
    "too_many",
    "use_code",
    "wait_for",
]
