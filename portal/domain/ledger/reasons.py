"""Why credit moves: the reasons, what each is called, which way it goes, and against which account."""

from dataclasses import dataclass

PAID = "paid"
PROMOTIONAL = "promotional"


@dataclass(frozen=True)
class Reason:
    """One reason code.

    `label` is for operators, `customer_label` for customers and their mail; `account` is the contra account; `kind` the
    kind of the grant that added credit makes; `adds` and `deducts` say which way it may go by hand (neither: it belongs to
    an act of its own).
    """

    key: str
    label: str
    customer_label: str
    account: str
    kind: str = PAID
    adds: bool = False
    deducts: bool = False

    def allows(self, amount: int) -> bool:
        """Tell whether an amount of this sign may have this reason."""
        return self.adds if amount > 0 else self.deducts


_ALL = (
    Reason("goodwill", "Goodwill", "Goodwill", "promotional_expense", PROMOTIONAL, adds=True),
    Reason("promotion", "Promotion", "Promotion", "promotional_expense", PROMOTIONAL, adds=True),
    Reason("refund", "Refund", "Refund", "refunds", adds=True),
    Reason("top_up", "Top-up", "Top-up", "cash", adds=True),
    Reason("import", "Opening balance", "Opening balance", "opening_balance", adds=True),
    Reason("service_delivered", "Service delivered", "Service delivered", "receivable", deducts=True),
    Reason("invoice_settlement", "Invoice settlement", "Invoice settlement", "receivable", deducts=True),
    Reason("expiry", "Expiry", "Expired credit", "breakage", deducts=True),
    Reason("correction", "Correction", "Correction", "receivable", adds=True, deducts=True),
    Reason("transfer", "Transfer", "Transfer", "transfer", adds=True, deducts=True),
    Reason("reversal", "Reversal", "Reversal", "receivable"),
    Reason("revocation", "Revocation", "Credit taken back", "breakage"),
)

REASONS: dict[str, Reason] = {reason.key: reason for reason in _ALL}
