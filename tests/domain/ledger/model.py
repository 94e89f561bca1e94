"""A small model of wallets: what is left of each grant, in lists and sums."""

from datetime import UTC, datetime

from portal.domain import ledger

NEVER = datetime.max.replace(tzinfo=UTC)


class Grant:
    """Credit that was added, as the model has it."""

    def __init__(self, entry_id, amount, priority, ends, kind, number):
        self.entry_id, self.amount, self.left = entry_id, amount, amount
        self.priority, self.ends, self.kind, self.number = priority, ends, kind, number

    def order(self):
        return self.priority, self.ends is None, self.ends or NEVER, self.kind == "paid", self.number


class Book:
    """One wallet, as the model has it."""

    def __init__(self, row, floor):
        self.row, self.floor, self.exact = row, floor, floor == 0
        self.balance, self.status, self.grants, self.took = 0, "open", [], {}

    @property
    def stands_still(self):
        """The refusal of whatever would move, where the wallet is not open."""
        return {"frozen": ledger.WalletFrozen, "closed": ledger.WalletClosed}.get(self.status)

    def add(self, entry_id, amount, priority=50, ends=None, kind="paid"):
        self.balance += amount
        if self.exact:
            self.grants.append(Grant(entry_id, amount, priority, ends, kind, len(self.grants)))

    def take(self, entry_id, amount, first=None):
        self.balance -= amount
        self.took[entry_id] = taken = []
        for grant in ([first] if first else []) + sorted(self.grants, key=Grant.order):
            part = min(amount, grant.left)
            if part:
                grant.left -= part
                amount -= part
                taken.append((grant, part))
        return taken

    def give_back(self, entry_id, amount):
        self.balance += amount
        for grant, part in self.took.get(entry_id, ()):
            grant.left += part

    def made_by(self, entry_id):
        return next((grant for grant in self.grants if grant.entry_id == entry_id), None)

    def has_room(self, amount):
        return self.status == "open" and self.balance - amount >= self.floor
