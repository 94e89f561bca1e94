"""A row of the contacts' file."""

from collections.abc import Iterable

from portal.domain.columns import CONTACT_COLUMNS, Mapping
from portal.domain.imports.cells import line, shape_fault
from portal.domain.imports.problems import Findings
from portal.domain.imports.topic_words import TopicWords, chosen_by
from portal.domain.topics import CHOICES, Topic
from portal.values import emails, locales, phones
from portal.values.errors import BadValue

KIND = "contacts"


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

    def packed(self) -> tuple:
        """Give all of it as plain values."""
        return (self.number, self.customer_id, self.customer_email, self.email, self.email_key, self.facts, self.receives, self.words)

    @classmethod
    def unpacked(cls, packed: tuple) -> "ContactRow":
        """Make the row again of what `packed` gave."""
        row = cls.__new__(cls)
        row.number, row.customer_id, row.customer_email, row.email, row.email_key, row.facts, row.receives, row.words = packed
        return row

    def choices(self) -> dict[str, bool]:
        """Give what the cell chooses: each billing topic on or off; marketing only where it is named."""
        if self.receives is None:
            return {}
        return chosen_by(self.receives)


class ContactReader:
    """Reads rows of one file under its mapping; what is wrong goes to `findings`."""

    def __init__(self, mapping: Mapping, width: int, topics: Iterable[Topic] = CHOICES.values()):
        self.width = width
        self._topics = TopicWords(topics)
        self.findings = Findings()
        """Of the rows read next; whoever reads may change it."""
        self.place = mapping.places
        of = {column: self.place.get(column, -1) for column in CONTACT_COLUMNS}
        """The place of each column; one that the file has not is read from an empty cell at the end."""
        self._owner = (of["customer_external_id"], of["customer_email"])
        self._email, self._receives = of["email"], of["receives"]
        self._names = (of["first_name"], of["last_name"], of["name"], of["job_title"])
        self._words = [(column, of[column], parse) for column, parse in _WORDS if column in self.place]

    def read(self, number: int, cells: list[str]) -> ContactRow | None:
        """Read one row; None when its shape is wrong or a cell is."""
        before = self.findings.problem_count
        if len(cells) != self.width:
            self.findings.add(KIND, number, "", cells[-1] if len(cells) > self.width else "", shape_fault(len(cells), self.width))
            return None
        cells.append("")
        row = ContactRow(number)
        row.customer_id, address = [line(cells[place]) for place in self._owner]
        if address:
            row.customer_email = emails.email_key(address)
        if not row.customer_id and not row.customer_email:
            self.findings.add(KIND, number, "customer_external_id", "", "Say whose contact this is: the customer's ID is missing.")
        self._read_email(row, cells[self._email].strip())
        self._read_names(row, [line(cells[place]) for place in self._names])
        for column, place, parse in self._words:
            if text := cells[place].strip():
                try:
                    row.facts[column] = parse(text)
                except BadValue as fault:
                    self._wrong(row, column, text, fault)
        if words := cells[self._receives].strip():
            self._read_topics(row, words)
        return row if self.findings.problem_count == before else None

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
        first, last, name, title = cells
        if not first and not last:
            first, _, last = name.partition(" ")
        for field, text in (("first_name", first), ("last_name", last), ("job_title", title)):
            if len(text) > 255:
                self._wrong(row, field if field in self.place else "name", text, f"At most 255 characters; this has {len(text)}.")
            elif text:
                row.facts[field] = text

    def _read_topics(self, row: ContactRow, words: str) -> None:
        try:
            row.receives, row.words = self._topics.read(words), words
        except BadValue as fault:
            self._wrong(row, "receives", words, fault)


_WORDS = (
    ("phone", lambda text: phones.parse_phone(text, None)),
    ("locale", locales.parse_locale),
    ("time_zone", locales.parse_time_zone),
)
"""Columns of which one cell is one fact, and how they are read."""
