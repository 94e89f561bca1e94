"""The books as they are read: a customer's journal entries with their debits and credits."""

from portal.domain.journal.accounts import ACCOUNTS
from portal.domain.journal.reading import JournalPage, Posted, Total, page

__all__ = ["ACCOUNTS", "JournalPage", "Posted", "Total", "page"]
