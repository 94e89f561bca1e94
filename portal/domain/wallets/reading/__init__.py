"""Reading a wallet's ledger: pages of entries, one entry with all that belongs to it, and the balance over time.

Nothing here sums over the history.
"""

from portal.domain.wallets.reading.entries import EntryPage, entries
from portal.domain.wallets.reading.entry import EntryStory, Linked, Used, entry_story
from portal.domain.wallets.reading.filters import EntryFilters
from portal.domain.wallets.reading.people import people
from portal.domain.wallets.reading.series import Series, series
from portal.domain.wallets.reading.waiting import Asked, asked, waiting

__all__ = [
    "Asked",
    "EntryFilters",
    "EntryPage",
    "EntryStory",
    "Linked",
    "Series",
    "Used",
    "asked",
    "entries",
    "entry_story",
    "people",
    "series",
    "waiting",
]
