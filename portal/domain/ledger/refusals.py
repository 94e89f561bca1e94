"""What the ledger will not do, each with the wallet's figures in its sentence."""

from portal.domain.errors import Conflict, Refusal
from portal.values.money import MAX_MINOR, Money


class InsufficientBalance(Refusal):
    """The balance would go below the wallet's floor. `balance` and `floor` are minor units of `currency`."""

    def __init__(self, *, balance: int, floor: int, currency: str):
        self.balance, self.floor, self.currency = balance, floor, currency
        most = balance - floor
        super().__init__(
            "There are {balance} in this wallet"
            + (", and its floor is {floor:figures}" if floor else "")
            + (": at most {most:figures} can be deducted." if most > 0 else ": nothing can be deducted."),
            field="amount",
            balance=Money(balance, currency),
            floor=Money(floor, currency),
            most=Money(most, currency),
        )


class WalletFull(Refusal):
    """The balance would go beyond what a wallet holds."""

    def __init__(self, currency: str):
        super().__init__("A wallet holds at most {most}.", field="amount", most=Money(MAX_MINOR, currency))


class WalletFrozen(Conflict):
    """Nothing moves in a frozen wallet."""

    sentence = "This wallet is frozen: nothing can be added or deducted until it is opened again."


class WalletClosed(Conflict):
    """Nothing moves in a closed wallet."""

    sentence = "This wallet is closed: nothing can be added or deducted until it is opened again."


class KeyReused(Conflict):
    """The key was used already, for something else."""

    sentence = "This form was used already, for something else. Nothing more was posted."


class CreditSpent(InsufficientBalance):
    """The credit that is to be taken back was spent. `amount` was added, `left` is left of it; minor units."""

    def __init__(self, *, amount: int, left: int, balance: int, floor: int, currency: str):
        super().__init__(balance=balance, floor=floor, currency=currency)
        self.amount, self.left = amount, left
        self.template = (
            "Of these {amount}, {spent:figures} are spent, and the balance is {balance:figures}: the whole cannot be taken back."
            + (" What is left of it can be revoked." if left else "")
        )
        self.facts |= {"amount": Money(amount, currency), "spent": Money(amount - left, currency)}
        self.args = (self.told(),)


class ReversalOfReversal(Refusal):
    """A reversal stands."""

    sentence = "This entry is a reversal, and a reversal stands. Post a new entry instead."


class AlreadyReversed(Conflict):
    """Once is enough."""

    sentence = "This entry is reversed already."


class ExpiryStands(Refusal):
    """Credit that came back would end again at once."""

    sentence = "This credit has ended, and would end again at once. Add new credit instead."


class GrantEmpty(Refusal):
    """Nothing is left of the grant."""

    sentence = "Nothing is left of this credit."


class KeyTooLong(Refusal):
    """The key does not fit."""

    sentence = "The key is longer than 240 characters."


class OtherWalletStill(Conflict):
    """The wallet on the other side does not take part; `why` is its own refusal."""

    def __init__(self, why: Refusal):
        self.why = why
        match why:
            case WalletFrozen() | WalletClosed():
                status = "frozen" if isinstance(why, WalletFrozen) else "closed"
                super().__init__(f"The other wallet is {status}: nothing moves there until it is opened again.", field="target")
            case InsufficientBalance():
                super().__init__(
                    "The other wallet has {balance}: the whole cannot be taken back from there.",
                    field="amount",
                    balance=Money(why.balance, why.currency),
                )
            case _:
                super().__init__(f"In the other wallet: {why.template}", field="target", **why.facts)
