"""What the ledger will not do, each with the wallet's figures in its sentence."""

from portal.domain.errors import Conflict, Refusal
from portal.values import money


class InsufficientBalance(Refusal):
    """The balance would go below the wallet's floor. `balance` and `floor` are minor units of `currency`."""

    def __init__(self, *, balance: int, floor: int, currency: str):
        self.balance, self.floor, self.currency = balance, floor, currency
        there = f"There are {money.format_amount(balance, currency)} {currency} in this wallet"
        if floor:
            there += f", and its floor is {money.format_amount(floor, currency)}"
        most = balance - floor
        way_on = f"at most {money.format_amount(most, currency)} can be deducted" if most > 0 else "nothing can be deducted"
        super().__init__(f"{there}: {way_on}.", field="amount")


class WalletFull(Refusal):
    """The balance would go beyond what a wallet holds."""

    def __init__(self, currency: str):
        most = money.format_amount(money.MAX_MINOR, currency)
        super().__init__(f"A wallet holds at most {most} {currency}.", field="amount")


class WalletFrozen(Conflict):
    """Nothing moves in a frozen wallet."""

    sentence = "This wallet is frozen: nothing can be added or deducted until it is opened again."


class WalletClosed(Conflict):
    """Nothing moves in a closed wallet."""

    sentence = "This wallet is closed: nothing can be added or deducted until it is opened again."


class KeyReused(Conflict):
    """The key was used already, for something else."""

    sentence = "This form was used already, for something else. Nothing more was posted."
