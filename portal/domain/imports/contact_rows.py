"""A row of the contacts' file."""

from portal.domain.columns import Mapping, squeezed
from portal.domain.imports.customer_rows import shape_fault
from portal.domain.imports.problems import Findings
from portal.domain.topics import BILLING, CHOICES
from portal.values import emails, locales, phones
from portal.values.errors import BadValue
from portal.values.text import clean_line, quoted

KIND = "contacts"
_BILLING_TOPICS = frozenset(key for key, topic in CHOICES.items() if topic.kind == BILLING)
_TOPIC_WORDS = {squeezed(word): key for key, topic in CHOICES.items() for word in (key, topic.label)} | {
    "invoice": "invoices",
    "receipt": "receipts",
    "refunds": "receipts",
    "payments": "receipts",
    "paymentreceipts": "receipts",
    "reminder": "reminders",
    "paymentreminders": "reminders",
    "dunning": "reminders",
    "walletactivity": "wallet",
    "wallets": "wallet",
    "credits": "wallet",
    "statement": "statements",
    "contract": "contracts",
    "newsletter": "news",
    "marketing": "news",
}


class ContactRow:
    """What one row says. `receives` is the topics named, or None where the cell is empty; `words` is the cell itself."""

    __slots__ = ("customer_email", "customer_id", "email", "email_key", "facts", "number", "receives", "words")

    def __init__(self, number: int):
        self.number = number
        self.customer_id = ""
        self.customer_email = ""
        self.email = ""
        self.email_key = ""
        self.facts: dict[str, object] = {}
        self.receives: frozenset[str] | None = None
        self.words = ""

    def choices(self) -> dict[str, bool]:
        """Give what the cell chooses: each billing topic on or off; marketing only where it is named."""
        if self.receives is None:
            return {}
        return {key: key in self.receives for key in CHOICES if key in _BILLING_TOPICS or key in self.receives}


class ContactReader:
    """Reads rows of one file under its mapping; what is wrong goes to `findings`."""

    def __init__(self, mapping: Mapping, width: int, findings: Findings):
        self.width = width
        self.findings = findings
        self.place = mapping.places

    def read(self, number: int, cells: list[str]) -> ContactRow | None:
        """Read one row; None when its shape is wrong or a cell is."""
        before = self.findings.problem_count
        if len(cells) != self.width:
            self.findings.add(KIND, number, "", cells[-1] if len(cells) > self.width else "", shape_fault(len(cells), self.width))
            return None
        row = ContactRow(number)
        row.customer_id = clean_line(self._cell(cells, "customer_external_id"))
        if address := self._cell(cells, "customer_email").strip():
            row.customer_email = emails.email_key(address)
        if not row.customer_id and not row.customer_email:
            self.findings.add(KIND, number, "customer_external_id", "", "Say whose contact this is: the customer's ID is missing.")
        self._read_email(row, self._cell(cells, "email").strip())
        self._read_names(row, cells)
        self._read_words(row, cells)
        if words := self._cell(cells, "receives").strip():
            self._read_topics(row, words)
        return row if self.findings.problem_count == before else None

    def _cell(self, cells: list[str], column: str) -> str:
        place = self.place.get(column)
        return cells[place] if place is not None else ""

    def _wrong(self, row: ContactRow, column: str, value: str, reason: str | BadValue) -> None:
        suggestion = reason.suggestion if isinstance(reason, BadValue) else ""
        self.findings.add(KIND, row.number, column, value, str(reason), suggestion or "", name=row.customer_id)

    def _read_email(self, row: ContactRow, text: str) -> None:
        if not text:
            self._wrong(row, "email", "", "A contact needs an email address.")
            return
        try:
            row.email = emails.parse_email(text)
        except BadValue as fault:
            self._wrong(row, "email", text, fault)
        else:
            row.email_key = emails.email_key(row.email)

    def _read_names(self, row: ContactRow, cells: list[str]) -> None:
        first, last = clean_line(self._cell(cells, "first_name")), clean_line(self._cell(cells, "last_name"))
        if not first and not last:
            first, _, last = clean_line(self._cell(cells, "name")).partition(" ")
        for field, text in (("first_name", first), ("last_name", last), ("job_title", clean_line(self._cell(cells, "job_title")))):
            if len(text) > 255:
                self._wrong(row, field if field in self.place else "name", text, f"At most 255 characters; this has {len(text)}.")
            elif text:
                row.facts[field] = text

    def _read_words(self, row: ContactRow, cells: list[str]) -> None:
        for column, parse in (
            ("phone", lambda text: phones.parse_phone(text, None)),
            ("locale", locales.parse_locale),
            ("time_zone", locales.parse_time_zone),
        ):
            if text := self._cell(cells, column).strip():
                try:
                    row.facts[column] = parse(text)
                except BadValue as fault:
                    self._wrong(row, column, text, fault)

    def _read_topics(self, row: ContactRow, words: str) -> None:
        named: set[str] = set()
        for word in words.replace(",", ";").replace("|", ";").split(";"):
            plain = squeezed(word)
            if plain == "all":
                named |= _BILLING_TOPICS
            elif plain in _TOPIC_WORDS:
                named.add(_TOPIC_WORDS[plain])
            elif plain and plain != "none":
                known = ", ".join(CHOICES)
                self._wrong(row, "receives", words, f"{quoted(word)} is no topic. There are: all, none, {known}.")
                return
        row.receives = frozenset(named)
        row.words = words
