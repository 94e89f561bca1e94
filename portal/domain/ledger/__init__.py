"""The ledger of store credit: one way in (`post`), rows for bulk loads that equal posted ones, and a check of all of it.

Every movement is a balanced journal entry (wallet liability against a contra account) and one entry of the wallet's
hash chain; credit is kept as grants, and each spend knows which grants paid it. Nothing here is changed or deleted.
"""

from portal.domain.ledger.chain import FIRST_PREV_HASH, holds, request_digest
from portal.domain.ledger.ending import expire, revoke
from portal.domain.ledger.opening import COLUMNS as OPENING_COLUMNS
from portal.domain.ledger.opening import Opening, OpeningRows, opening_rows
from portal.domain.ledger.posting import Posting, known, post
from portal.domain.ledger.reasons import REASONS, Reason
from portal.domain.ledger.refusals import (
    AlreadyReversed,
    CreditSpent,
    ExpiryStands,
    GrantEmpty,
    InsufficientBalance,
    KeyReused,
    KeyTooLong,
    OtherWalletStill,
    ReversalOfReversal,
    WalletClosed,
    WalletFrozen,
    WalletFull,
)
from portal.domain.ledger.reversal_plans import ReversalPlan, reversal_plan
from portal.domain.ledger.reversing import Reversal, reverse
from portal.domain.ledger.transferring import Transfer, transfer
from portal.domain.ledger.verifying import Fault, verify

__all__ = [
    "FIRST_PREV_HASH",
    "OPENING_COLUMNS",
    "REASONS",
    "AlreadyReversed",
    "CreditSpent",
    "ExpiryStands",
    "Fault",
    "GrantEmpty",
    "InsufficientBalance",
    "KeyReused",
    "KeyTooLong",
    "Opening",
    "OpeningRows",
    "OtherWalletStill",
    "Posting",
    "Reason",
    "Reversal",
    "ReversalOfReversal",
    "ReversalPlan",
    "Transfer",
    "WalletClosed",
    "WalletFrozen",
    "WalletFull",
    "expire",
    "holds",
    "known",
    "opening_rows",
    "post",
    "request_digest",
    "reversal_plan",
    "reverse",
    "revoke",
    "transfer",
    "verify",
]
