"""Wallets: a customer's store credit, one per currency; opened, adjusted, frozen, closed, and taken apart for reading."""

from portal.domain.ledger import InsufficientBalance, KeyReused, WalletClosed, WalletFrozen, WalletFull
from portal.domain.wallets.adjusting import AmountMissing, ExpiryPast, ReasonMismatch, adjust
from portal.domain.wallets.keeping import (
    FloorAboveBalance,
    WalletExists,
    WalletNotEmpty,
    find,
    of_customer,
    open,
    set_floor,
    set_status,
)
from portal.domain.wallets.parts import Share, Spent, Story, composition, stories
from portal.domain.wallets.reading import EntryPage, Series, entries, series

__all__ = [
    "AmountMissing",
    "EntryPage",
    "ExpiryPast",
    "FloorAboveBalance",
    "InsufficientBalance",
    "KeyReused",
    "ReasonMismatch",
    "Series",
    "Share",
    "Spent",
    "Story",
    "WalletClosed",
    "WalletExists",
    "WalletFrozen",
    "WalletFull",
    "WalletNotEmpty",
    "adjust",
    "composition",
    "entries",
    "find",
    "of_customer",
    "open",
    "series",
    "set_floor",
    "set_status",
    "stories",
]
