"""What an import will do with each row: create, update, or nothing. The check and the real run plan alike."""

from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from portal.domain.imports import matching
from portal.domain.imports.attribute_rules import AttributeRules
from portal.domain.imports.customer_rows import KIND, CustomerRow
from portal.domain.imports.keys import Keys
from portal.domain.imports.looking import Lookup
from portal.domain.imports.matching import Kept, KeptWallet
from portal.domain.imports.problems import Findings
from portal.values.money import machine_amount


@dataclass
class Update:
    """A row that changes a customer: the facts that differ, and the wallet it opens, if any."""

    row: CustomerRow
    kept: Kept
    facts: dict[str, object]
    opens: tuple[str, int] | None
    has_main_wallet: bool


@dataclass
class Plan:
    """What is to be done with a batch of rows."""

    create: list[CustomerRow] = field(default_factory=list)
    update: list[Update] = field(default_factory=list)
    unchanged: list[tuple[CustomerRow, Kept]] = field(default_factory=list)


class Planner:
    """Plans batch by batch; remembers the keys of the rows before, for a file names each customer once."""

    def __init__(self, session: Session, findings: Findings, attributes: AttributeRules):
        self.findings = findings
        self._attributes = attributes
        self.external_ids = Keys()
        self.emails = Keys()
        self._names = Keys()
        self._look = Lookup(session)

    def plan(self, rows: list[CustomerRow]) -> Plan:
        """Decide for each row; what contradicts the file or the database goes to the findings."""
        rows = self._first_ones(rows)
        known = matching.known(self._look, rows)
        plan = Plan()
        for row in rows:
            kept = known.match(row)
            if (holder := known.holder_of_email(row, kept)) is not None:
                self._wrong(row, "email", str(row.facts["email"]), f"This email belongs to another customer, {holder.name}.")
            elif kept is None:
                if not self._attributes.any or not self._refused(row, self._attributes.settle(row)):
                    plan.create.append(row)
            else:
                self._compare(plan, row, kept, known)
        return plan

    def _first_ones(self, rows: list[CustomerRow]) -> list[CustomerRow]:
        """Note the rows' keys, and leave out rows with one that stood already; say where."""
        ids = self.external_ids.note((row.external_id, row.number) for row in rows if row.external_id)
        emails = self.emails.note((row.email_key, row.number) for row in rows if row.email_key and row.number not in ids)
        names = self._names.note((row.name, row.number) for row in rows if not row.external_id and not row.email_key)
        if not ids and not emails and not names:
            return rows
        first_ones = []
        for row in rows:
            if row.number in ids:
                self._wrong(row, "external_id", str(row.external_id), f"Row {ids[row.number]:,} has this ID already.")
            elif row.number in emails:
                self._wrong(row, "email", str(row.facts["email"]), f"Row {emails[row.number]:,} has this email already.")
            elif row.number in names:
                reason = f"Row {names[row.number]:,} has this name too, and no ID or email tells them apart."
                self._wrong(row, "customer_name", row.name, reason)
            else:
                first_ones.append(row)
        return first_ones

    def _compare(self, plan: Plan, row: CustomerRow, kept: Kept, known: matching.Known) -> None:
        facts = {column: value for column, value in row.facts.items() if value != getattr(kept, column)}
        if row.billing and (parts := _address(row.billing, known.billing.get(kept.id))):
            facts["billing"] = parts
        if row.shipping and (parts := _address(row.shipping, known.shipping.get(kept.id))):
            facts["shipping"] = parts
        if row.tax_id and row.tax_id not in (mine := known.tax_ids.get(kept.id, [])):
            facts["tax_ids"] = [pair for pair in mine if pair[0] != row.tax_id[0]] + [row.tax_id]
        if row.attributes and (values := self._attributes.changes(row, kept)):
            facts["attributes"] = values
        wallets = known.wallets.get(kept.id, {})
        opens = self._wallet_to_open(row, wallets)
        if not facts and opens is None:
            plan.unchanged.append((row, kept))
        elif kept.status == "archived":
            self._wrong(row, "customer_name", row.name, f"{kept.name} is archived. Restore it first, or take the row out.")
        elif "attributes" not in facts or not self._refused(row, self._attributes.judge(row, kept, facts["attributes"])):
            plan.update.append(Update(row, kept, facts, opens, any(wallet.is_main for wallet in wallets.values())))

    def _wallet_to_open(self, row: CustomerRow, wallets: dict[str, KeptWallet]) -> tuple[str, int] | None:
        """Give the wallet the row opens; of one that is there already only a difference is reported, never applied."""
        if row.wallet is None:
            return None
        currency, balance = row.wallet
        wallet = wallets.get(currency)
        if wallet is None:
            return currency, balance or 0
        if balance is not None and balance != wallet.balance:
            has, says = machine_amount(wallet.balance, currency), machine_amount(balance, currency)
            self.findings.note(
                KIND, row.number, f"{row.name}: the {currency} wallet is {wallet.status} with {has}; the file says {says}. Not applied."
            )
        return None

    def _refused(self, row: CustomerRow, wrong: list[tuple[str, str, str]]) -> bool:
        for column, value, reason in wrong:
            self._wrong(row, column, value, reason)
        return bool(wrong)

    def _wrong(self, row: CustomerRow, column: str, value: str, reason: str) -> None:
        self.findings.add(KIND, row.number, column, value, reason, name=row.name)


def _address(given: dict[str, str], kept: dict[str, str] | None) -> dict[str, str] | None:
    """Give the address as it will be, or None when it stays as it is.

    With a first line the file gives the whole address, since an old second line under a new first one would lead
    nowhere; without one it gives only the parts it has.
    """
    if kept is None:
        return given
    if given.get("line1") and given["line1"] != kept["line1"]:
        wanted = {**dict.fromkeys(kept, ""), "phone": kept["phone"], **given}
    else:
        wanted = {**kept, **given}
    return wanted if wanted != kept else None
