"""The accounts of the books: what each is called, and what stands on it."""

ACCOUNTS: dict[str, str] = {
    "wallet_liability": "Wallet liability",
    "promotional_expense": "Promotional expense",
    "refunds": "Refunds",
    "receivable": "Receivable",
    "cash": "Cash",
    "breakage": "Breakage",
    "opening_balance": "Opening balance",
    "transfer": "Transfers",
}
