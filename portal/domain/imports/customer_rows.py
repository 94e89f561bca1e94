"""A row of the customers' file: every cell read with the domain's own rules."""

from collections.abc import Callable

from portal.domain.attributes import Column
from portal.domain.columns import CUSTOMER_COLUMNS, Mapping, is_sample
from portal.domain.imports.cells import ONE_FACT, line, shape_fault
from portal.domain.imports.problems import Findings
from portal.values import addresses, countries, custom_data, emails, money, phones, tax_ids
from portal.values.errors import BadValue
from portal.values.text import quoted

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


class CustomerRow:
    """What one row says. `facts` has the given fields only, as `customers.add` takes them: empty cells say nothing."""

    __slots__ = (
        *("attributes", "billing", "email_key", "external_id", "facts", "name", "number", "parent", "shipping", "tax_id", "wallet"),
    )

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
        self.attributes: dict[str, object] = {}
        """Values of custom attributes by key; of a new customer, once it is planned, all that it will have."""

    def packed(self) -> tuple:
        """Give all of it as plain values."""
        parts = (self.external_id, self.email_key, self.facts, self.billing, self.shipping, self.tax_id, self.wallet, self.parent)
        return (self.number, self.name, *parts, self.attributes)

    @classmethod
    def unpacked(cls, packed: tuple) -> "CustomerRow":
        """Make the row again of what `packed` gave."""
        row = cls.__new__(cls)
        row.number, row.name, row.external_id, row.email_key, row.facts, row.billing, row.shipping, *rest = packed
        row.tax_id, row.wallet, row.parent, row.attributes = rest
        return row


class _AddressPlaces:
    """Where the parts of one of the two addresses stand in a row; the end, where its cell is empty, for one that the file has not."""

    def __init__(self, places: dict[str, int], prefix: str):
        found = {part: places.get(prefix + column, -1) for part, column in ADDRESS_COLUMNS.items()}
        self.prefix = prefix
        self.any = set(found.values()) != {-1}
        self.country, self.postal_code = found.pop("country"), found.pop("postal_code")
        self.lines = [(part, prefix + ADDRESS_COLUMNS[part], place) for part, place in found.items() if place >= 0]


class CustomerReader:
    """Reads rows of one file under its mapping; what is wrong goes to `findings`."""

    def __init__(self, mapping: Mapping, width: int):
        self.width = width
        self.findings = Findings()
        """Of the rows read next; whoever reads may change it."""
        self.place = mapping.places
        of = {column: self.place.get(column, -1) for column in CUSTOMER_COLUMNS}
        """The place of each column; one that the file has not is read from an empty cell at the end."""
        self._keys = (of["customer_name"], of["external_id"], of["email"])
        self._phone, self._custom_data, self._parent = of["phone"], of["custom_data"], of["parent_external_id"]
        self._tax_id = (of["tax_id_type"], of["tax_id_number"])
        self._wallet = (of["wallet_currency"], of["wallet_balance"])
        self._billing, self._shipping = _AddressPlaces(self.place, ""), _AddressPlaces(self.place, "shipping_")
        self._simple = [(column, self.place[column], parse) for column, parse in ONE_FACT.items() if column in self.place]
        self._attributes = [(column, self.place[column.name]) for column in mapping.added]

    def read(self, number: int, cells: list[str]) -> CustomerRow | None:
        """Read one row; None when its shape is wrong or a cell is."""
        before = self.findings.problem_count
        if len(cells) != self.width:
            self._refuse_shape(number, cells)
            return None
        cells.append("")
        custom_data = cells[self._custom_data]  # as it stands, for a fault in it is told by its place
        cells = [cell.strip() for cell in cells]
        name, external_id, email = [cells[place] for place in self._keys]
        name = line(name)
        row = CustomerRow(number, name)
        if is_sample(name, external_id, email):
            self._wrong(row, "customer_name", name, "This is the example row of the sample file. Delete it.")
            return None
        if not name:
            self._wrong(row, "customer_name", "", "A customer needs a name.")
        elif len(name) > 255:
            self._wrong(row, "customer_name", name, f"A name has at most 255 characters; this has {len(name)}.")
        self._read_keys(row, external_id, email)
        self._read_address(row, cells, self._billing, row.billing)
        if self._shipping.any:
            self._read_address(row, cells, self._shipping, row.shipping)
        if phone := cells[self._phone]:
            self._read_phone(row, phone)
        kind, tax_id = self._tax_id
        if cells[kind] or cells[tax_id]:
            self._read_tax_id(row, cells[kind], cells[tax_id])
        if custom_data:
            self._read_custom_data(row, custom_data)
        for column, place, parse in self._simple:
            if text := cells[place]:
                self._read_simple(row, column, text, parse)
        for attribute, place in self._attributes:
            if text := cells[place]:
                self._read_attribute(row, attribute, text)
        currency, balance = self._wallet
        if cells[currency] or cells[balance]:
            self._read_wallet(row, cells[currency], cells[balance])
        if parent := line(cells[self._parent]):
            row.parent = parent
        return row if self.findings.problem_count == before else None

    def _wrong(self, row: CustomerRow, column: str, value: str, reason: str | BadValue) -> None:
        suggestion = reason.suggestion if isinstance(reason, BadValue) else None
        self.findings.add(KIND, row.number, column, value, str(reason), suggestion or "", name=row.name)

    def _refuse_shape(self, number: int, cells: list[str]) -> None:
        place = self.place["customer_name"]
        name = line(cells[place]) if len(cells) > place else ""
        reason = shape_fault(len(cells), self.width)
        self.findings.add(KIND, number, "", cells[-1] if len(cells) > self.width else "", reason, name=name)

    def _read_keys(self, row: CustomerRow, external_id: str, email: str) -> None:
        if external_id:
            row.external_id = line(external_id)
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

    def _read_address(self, row: CustomerRow, cells: list[str], places: "_AddressPlaces", parts: dict[str, str]) -> None:
        for part, column, place in places.lines:
            if text := cells[place]:
                words = line(text)
                if len(words) > 255:
                    self._wrong(row, column, text, f"A line of an address has at most 255 characters; this has {len(words)}.")
                parts[part] = words
        if country := cells[places.country]:
            try:
                parts["country"] = countries.parse_country(country)
            except BadValue as fault:
                self._wrong(row, f"{places.prefix}country", country, fault)
                return
        if postal_code := line(cells[places.postal_code]):
            self._read_postal_code(row, f"{places.prefix}zip_code", postal_code, parts)
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
        try:
            row.facts["phone"] = phones.parse_phone(text, row.billing.get("country"))
        except BadValue as fault:
            self._wrong(row, "phone", text, fault)

    def _read_tax_id(self, row: CustomerRow, kind: str, number: str) -> None:
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
        if not text.isspace():
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

    def _read_attribute(self, row: CustomerRow, attribute: Column, text: str) -> None:
        try:
            row.attributes[attribute.key] = attribute.parse(text)
        except BadValue as fault:
            self._wrong(row, attribute.name, text, fault)

    def _read_wallet(self, row: CustomerRow, currency: str, balance: str) -> None:
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
