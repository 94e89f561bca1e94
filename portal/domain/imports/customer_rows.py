"""A row of the customers' file: every cell read with the domain's own rules."""

from collections.abc import Callable

from portal.domain.columns import Mapping, is_sample
from portal.domain.imports.problems import Findings
from portal.values import addresses, countries, custom_data, emails, locales, money, phones, tax_ids
from portal.values.errors import BadValue
from portal.values.text import clean, clean_line, quoted

KIND = "customers"
ADDRESS_COLUMNS = {
    "line1": "address_line1",
    "line2": "address_line2",
    "line3": "address_line3",
    "city": "city",
    "state": "state",
    "postal_code": "zip_code",
    "country": "country",
}
_YES = {"yes", "y", "true", "1", "on", "exempt"}
_NO = {"no", "n", "false", "0", "off", "none", "taxable"}


class CustomerRow:
    """What one row says. `facts` has the given fields only, as `customers.add` takes them: empty cells say nothing."""

    __slots__ = ("billing", "email_key", "external_id", "facts", "name", "number", "parent", "shipping", "tax_id", "wallet")

    def __init__(self, number: int, name: str):
        self.number = number
        self.name = name
        self.external_id: str | None = None
        self.email_key: str | None = None
        self.facts: dict[str, object] = {"name": name}
        self.billing: dict[str, str] = {}
        self.shipping: dict[str, str] = {}
        self.tax_id: tuple[str, str] | None = None
        self.wallet: tuple[str, int | None] | None = None
        """Currency and opening balance in minor units; None where the file says a currency only."""
        self.parent: str | None = None


class CustomerReader:
    """Reads rows of one file under its mapping; what is wrong goes to `findings`."""

    def __init__(self, mapping: Mapping, width: int, findings: Findings):
        self.width = width
        self.findings = findings
        self.place = mapping.places
        self._billing = [(part, column, self.place[column]) for part, column in ADDRESS_COLUMNS.items() if column in self.place]
        shipping = ((part, f"shipping_{column}") for part, column in ADDRESS_COLUMNS.items())
        self._shipping = [(part, column, self.place[column]) for part, column in shipping if column in self.place]
        self._simple: list[tuple[str, int, Callable]] = [
            (column, self.place[column], parse)
            for column, parse in (
                ("currency", money.parse_currency),
                ("locale", locales.parse_locale),
                ("time_zone", locales.parse_time_zone),
                ("communications", _yes_or_no),
                ("tax_exempt", _yes_or_no),
                ("tax_exempt_reason", lambda text: _short(text, 255)),
                ("notes", lambda text: clean(text)),
            )
            if column in self.place
        ]

    def read(self, number: int, cells: list[str]) -> CustomerRow | None:
        """Read one row; None when its shape is wrong or a cell is."""
        before = self.findings.problem_count
        if len(cells) != self.width:
            self._refuse_shape(number, cells)
            return None
        cell = self._cell
        name = clean_line(cell(cells, "customer_name"))
        row = CustomerRow(number, name)
        external_id = cell(cells, "external_id").strip()
        email = cell(cells, "email").strip()
        if is_sample(name, external_id, email):
            self._wrong(row, "customer_name", name, "This is the example row of the sample file. Delete it.")
            return None
        if not name:
            self._wrong(row, "customer_name", "", "A customer needs a name.")
        elif len(name) > 255:
            self._wrong(row, "customer_name", name, f"A name has at most 255 characters; this has {len(name)}.")
        self._read_keys(row, external_id, email)
        self._read_address(row, cells, self._billing, row.billing)
        if self._shipping:
            self._read_address(row, cells, self._shipping, row.shipping)
        self._read_phone(row, cell(cells, "phone").strip())
        self._read_tax_id(row, cell(cells, "tax_id_type").strip(), cell(cells, "tax_id_number").strip())
        self._read_custom_data(row, cell(cells, "custom_data"))
        for column, place, parse in self._simple:
            if text := cells[place].strip():
                self._read_simple(row, column, text, parse)
        self._read_wallet(row, cell(cells, "wallet_currency").strip(), cell(cells, "wallet_balance").strip())
        if parent := clean_line(cell(cells, "parent_external_id")):
            row.parent = parent
        return row if self.findings.problem_count == before else None

    def _cell(self, cells: list[str], column: str) -> str:
        place = self.place.get(column)
        return cells[place] if place is not None else ""

    def _wrong(self, row: CustomerRow, column: str, value: str, reason: str | BadValue) -> None:
        suggestion = reason.suggestion if isinstance(reason, BadValue) else None
        self.findings.add(KIND, row.number, column, value, str(reason), suggestion or "", name=row.name)

    def _refuse_shape(self, number: int, cells: list[str]) -> None:
        name = clean_line(self._cell(cells, "customer_name")) if len(cells) > self.place["customer_name"] else ""
        reason = shape_fault(len(cells), self.width)
        self.findings.add(KIND, number, "", cells[-1] if len(cells) > self.width else "", reason, name=name)

    def _read_keys(self, row: CustomerRow, external_id: str, email: str) -> None:
        if external_id:
            row.external_id = clean_line(external_id)
            row.facts["external_id"] = row.external_id
            if len(row.external_id) > 255:
                self._wrong(row, "external_id", external_id, f"An ID has at most 255 characters; this has {len(external_id)}.")
        if email:
            try:
                address = emails.parse_email(email)
            except BadValue as fault:
                self._wrong(row, "email", email, fault)
            else:
                row.facts["email"] = address
                row.email_key = emails.email_key(address)

    def _read_address(self, row: CustomerRow, cells: list[str], places: list, parts: dict[str, str]) -> None:
        postal_code = code_column = ""
        for part, column, place in places:
            text = cells[place].strip()
            if not text:
                continue
            if part == "country":
                try:
                    parts["country"] = countries.parse_country(text)
                except BadValue as fault:
                    self._wrong(row, column, text, fault)
                    return
            elif part == "postal_code":
                postal_code, code_column = clean_line(text), column
            else:
                line = clean_line(text)
                if len(line) > 255:
                    self._wrong(row, column, text, f"A line of an address has at most 255 characters; this has {len(line)}.")
                parts[part] = line
        if postal_code:
            self._read_postal_code(row, code_column, postal_code, parts)
        if parts:
            for sentence in addresses.warnings(parts):
                self.findings.doubt(KIND, row.number, sentence)

    def _read_postal_code(self, row: CustomerRow, column: str, text: str, parts: dict[str, str]) -> None:
        if len(text) > 40:
            self._wrong(row, column, text, "A postal code has at most 40 characters.")
        elif "country" not in parts:
            parts["postal_code"] = text
        else:
            try:
                parts["postal_code"] = addresses.check_postal_code(parts["country"], text)
            except BadValue as fault:
                self._wrong(row, column, text, fault)

    def _read_phone(self, row: CustomerRow, text: str) -> None:
        if text:
            try:
                row.facts["phone"] = phones.parse_phone(text, row.billing.get("country"))
            except BadValue as fault:
                self._wrong(row, "phone", text, fault)

    def _read_tax_id(self, row: CustomerRow, kind: str, number: str) -> None:
        if not kind and not number:
            return
        if not number:
            self._wrong(row, "tax_id_number", "", f"There is a kind of tax ID, {quoted(kind)}, and no number.")
        elif not kind:
            likely = tax_ids.kinds_for(row.billing.get("country"))[0]
            fault = BadValue(f"Say which kind of tax ID {quoted(number)} is.", None if likely == "other" else likely)
            self._wrong(row, "tax_id_type", "", fault)
        else:
            try:
                code = tax_ids.parse_kind(kind)
            except BadValue as fault:
                self._wrong(row, "tax_id_type", kind, fault)
                return
            try:
                row.tax_id = (code, tax_ids.parse_tax_id(code, number))
            except BadValue as fault:
                self._wrong(row, "tax_id_number", number, fault)

    def _read_custom_data(self, row: CustomerRow, text: str) -> None:
        if text and not text.isspace():
            try:
                data = custom_data.parse_custom_data(text)
            except BadValue as fault:
                self._wrong(row, "custom_data", text, fault)
            else:
                row.facts["custom_data"] = data
                if data.get("exempt_tax") is True:
                    row.facts["tax_exempt"] = True

    def _read_simple(self, row: CustomerRow, column: str, text: str, parse: Callable) -> None:
        try:
            row.facts[column] = parse(text)
        except BadValue as fault:
            self._wrong(row, column, text, fault)

    def _read_wallet(self, row: CustomerRow, currency: str, balance: str) -> None:
        if not currency and not balance:
            return
        code = row.facts.get("currency", "")
        if currency:
            try:
                code = money.parse_currency(currency)
            except BadValue as fault:
                self._wrong(row, "wallet_currency", currency, fault)
                return
        if not code:
            self._wrong(row, "wallet_currency", "", f"Say which currency the balance {quoted(balance)} is in.")
            return
        if not balance:
            row.wallet = (code, None)
            return
        try:
            minor = money.parse_machine_amount(balance, code)
        except BadValue as fault:
            self._wrong(row, "wallet_balance", balance, fault)
            return
        if minor < 0:
            self._wrong(row, "wallet_balance", balance, "A wallet does not open below zero.")
        row.wallet = (code, minor)


def shape_fault(cells: int, width: int) -> str:
    """Say that a row has another number of cells than the header."""
    why = "Does a value have a comma in it and no quotation marks?" if cells > width else "Is the row cut off, or a quotation mark missing?"
    return f"The row has {cells} cells and the header {width}. {why}"


def _yes_or_no(text: str) -> bool:
    word = text.casefold()
    if word in _YES or word in _NO:
        return word in _YES
    raise BadValue(f"{quoted(text)} is neither yes nor no.")


def _short(text: str, length: int) -> str:
    line = clean_line(text)
    if len(line) > length:
        raise BadValue(f"At most {length} characters; this has {len(line)}.")
    return line
