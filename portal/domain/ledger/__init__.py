"""The ledger of store credit: one way in (`post`), rows for bulk loads that equal posted ones, and a check of all of it.

Every movement is a balanced journal entry (wallet liability against a contra account) and one entry of the wallet's
hash chain; credit is kept as grants, and each spend knows which grants paid it. Nothing here is changed or deleted.
"""

from portal.domain.ledger.chain import FIRST_PREV_HASH, entry_hash
from portal.domain.ledger.opening import COLUMNS as OPENING_COLUMNS
from portal.domain.ledger.opening import Opening, OpeningRows, opening_rows
from portal.domain.ledger.posting import Posting, post
from portal.domain.ledger.reasons import REASONS, Reason
from portal.domain.ledger.refusals import InsufficientBalance, KeyReused, WalletClosed, WalletFrozen, WalletFull
from portal.domain.ledger.verifying import Fault, verify

__all__ = [
    "FIRST_PREV_HASH",
    "OPENING_COLUMNS",
    "REASONS",
    "Fault",
    "InsufficientBalance",
    "KeyReused",
    "Opening",
    "OpeningRows",
    "Posting",
    "Reason",
    "WalletClosed",
    "WalletFrozen",
    "WalletFull",
    "entry_hash",
    "opening_rows",
    "post",
    "verify",
]
