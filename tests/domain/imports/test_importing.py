"""Imports from file to rows: everything or nothing, and the same file twice changes nothing."""

from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from portal.domain import communications, imports, ledger, search
from portal.model import Address, AuditEvent, Contact, CreditGrant, Customer, PreferenceReceipt, SearchDocument, TaxId, Wallet, WalletEntry

DATA = Path(__file__).parents[2] / "data"
HEAD = (
    "customer_name,external_id,email,address_line1,city,zip_code,country,phone,tax_id_type,tax_id_number,custom_data,wallet_currency,"
    "wallet_balance,parent_external_id\n"
)


def source(kind: str, text: str | Path) -> imports.Source:
    content = text.read_bytes() if isinstance(text, Path) else text.encode()
    return imports.Source(kind, f"{kind}.csv", lambda: [content])


def run(database, cast, *texts, kinds=("customers", "contacts")) -> imports.Outcome:
    with database.writing() as session:
        return imports.apply(session, [source(kind, text) for kind, text in zip(kinds, texts, strict=False)], by=cast.operator("finance"))


def check(database, cast, *texts, kinds=("customers", "contacts")) -> imports.Outcome:
    with database.reading() as session:
        return imports.check(session, [source(kind, text) for kind, text in zip(kinds, texts, strict=False)], by=cast.operator("finance"))


def counted(outcome: imports.Outcome) -> dict:
    return {name: number for name, number in outcome.counts().items() if name in {"rows", "created", "updated", "unchanged", "contacts"}}


def problems(database, cast, *texts, kinds=("customers", "contacts")) -> list[tuple]:
    with pytest.raises(imports.Refused) as refused:
        run(database, cast, *texts, kinds=kinds)
    return [(problem.row, problem.column, problem.reason) for problem in refused.value.outcome.findings.problems]


def customer(session, external_id: str) -> Customer:
    return session.scalar(select(Customer).where(Customer.external_id == external_id))


def count(session, model) -> int:
    return session.scalar(select(func.count()).select_from(model))


def test_a_file_becomes_customers_with_all_that_belongs_to_them(database, cast):
    outcome = run(database, cast, DATA / "customers.csv", DATA / "contacts.csv")
    assert (outcome.created, outcome.updated, outcome.unchanged, outcome.contacts["created"]) == (39, 0, 0, 40)
    with database.reading() as session:
        ivan = customer(session, "crm_6b6f03675a1")
        assert (ivan.name, ivan.email, ivan.phone) == ("Ivan Chatterjee", "birch.health1@example.com", "+918120711384")
        address = session.scalar(select(Address).where(Address.customer_id == ivan.id))
        assert (address.city, address.country, address.is_billing, address.is_shipping) == ("Bengaluru", "IN", True, False)
        tax_id = session.scalar(select(TaxId).where(TaxId.customer_id == ivan.id))
        assert (tax_id.kind, tax_id.value) == ("in_gstin", "24SJWCK5577W1ZY")
        wallet = session.scalar(select(Wallet).where(Wallet.customer_id == ivan.id))
        assert (wallet.currency, wallet.balance, wallet.is_main, wallet.seq) == ("INR", 45061, True, 1)
        people = list(session.scalars(select(Contact).where(Contact.customer_id == ivan.id).order_by(Contact.id)))
        assert [(one.email, one.is_primary, one.portal_role) for one in people] == [
            ("birch.health1@example.com", True, "owner"),
            ("contact1.0@example.com", False, "none"),
            ("contact1.1@example.com", False, "none"),
        ]
        gets = [verdict.contact.first_name for verdict in communications.recipients(session, ivan, "reminders") if verdict.will]
        assert gets == ["", "Ngozi"]
        assert list(ledger.verify(session)) == []
        assert count(session, CreditGrant) == count(session, WalletEntry) == 39


def test_what_is_imported_is_found_and_recorded(database, cast):
    run(database, cast, DATA / "customers.csv", DATA / "contacts.csv")
    with database.reading() as session:
        ivan = customer(session, "crm_6b6f03675a1")
        document = session.scalar(select(SearchDocument.body).where(SearchDocument.customer_id == ivan.id))
        assert "24sjwck5577w1zy" in document
        assert "ngozi quispe" in document
        search.index(session, [ivan.id])
        assert session.scalar(select(SearchDocument.body).where(SearchDocument.customer_id == ivan.id)) == document
        event = session.scalar(select(AuditEvent).where(AuditEvent.customer_id == ivan.id, AuditEvent.action == "customer.imported"))
        assert event.actor_name == "Finance Operator"
        assert event.changes["email"] == [None, "birch.health1@example.com"]
        assert event.facts == {
            "file": "customers.csv, contacts.csv",
            "row": 2,
            "currency": "INR",
            "amount": 45061,
            "before": 0,
            "after": 45061,
        }
        receipt = session.scalar(select(PreferenceReceipt).order_by(PreferenceReceipt.id))
        assert (receipt.how, receipt.wording) == ("import", "receives: reminders")
        done = session.scalar(select(AuditEvent).where(AuditEvent.action == "import.done"))
        assert done.facts["created"] == 39


def test_without_contacts_each_search_document_is_what_search_would_write(database, cast):
    run(database, cast, DATA / "customers.csv")
    with database.writing() as session:
        imported = dict(session.execute(select(SearchDocument.customer_id, SearchDocument.body)).all())
        search.index(session, imported)
        assert dict(session.execute(select(SearchDocument.customer_id, SearchDocument.body)).all()) == imported
        assert len(imported) == 39


def test_the_same_file_again_changes_nothing_and_says_so(database, cast):
    run(database, cast, DATA / "customers.csv", DATA / "contacts.csv")
    with database.reading() as session:
        before = [count(session, model) for model in (Customer, Contact, WalletEntry, PreferenceReceipt)]
    again = run(database, cast, DATA / "customers.csv", DATA / "contacts.csv")
    assert (again.created, again.updated, again.unchanged) == (0, 0, 39)
    assert again.contacts == {"created": 0, "updated": 0, "unchanged": 40}
    assert again.findings.notice_count == 0
    with database.reading() as session:
        assert [count(session, model) for model in (Customer, Contact, WalletEntry, PreferenceReceipt)] == before


def test_a_dirty_file_is_refused_with_each_bad_cell_named(database, cast):
    assert problems(database, cast, DATA / "customers-dirty.csv") == [
        (6, "customer_name", "A customer needs a name."),
        (12, "phone", "“12” is too short for a phone number in the United States: one looks like +1 201-555-0123."),
        (17, "wallet_balance", "“12.345.6” has more than one decimal point: write it as 1234.50."),
        (28, "country", "“Atlantis” is not a country we know. Write its English name or its code, such as Germany or DE."),
        (29, "tax_id_number", "“IN0000000000” is too short for a GSTIN: 15 characters, as in 27AAPFU0939F1ZV; this has 12."),
        (30, "email", "“not-an-email” has no @, as in name@example.com."),
        (31, "custom_data", 'Line 1, column 2: a key stands in double quotes: "broken".'),
        (32, "wallet_balance", "“12.345.6” has more than one decimal point: write it as 1234."),
    ]
    with database.reading() as session:
        assert count(session, Customer) == 2


def test_a_check_and_a_rehearsal_count_what_the_import_does(database, cast):
    sources = [source("customers", DATA / "customers.csv"), source("contacts", DATA / "contacts.csv")]
    by = cast.operator()
    with database.reading() as session:
        checked = imports.check(session, sources, by=by)
    with database.write_session() as session:
        rehearsed = imports.apply(session, sources, by=by)
        session.rollback()
    done = run(database, cast, DATA / "customers.csv", DATA / "contacts.csv")
    assert checked.counts() == rehearsed.counts() == done.counts()


def test_a_customer_is_matched_by_its_id_then_by_its_email(database, cast):
    text = "customer_name,external_id,email\nGrünwald SE,CUST-57,\nNachbar SE,,NORA@nachbar.example\n"
    assert run(database, cast, text).updated == 2
    with database.reading() as session:
        assert customer(session, "CUST-57").email == "marta@gruenwald.example"
        assert customer(session, "CUST-58").name == "Nachbar SE"


def test_a_customer_with_neither_id_nor_email_is_matched_by_its_name(database, cast):
    text = "customer_name,city\nNowhere Ltd,Oslo\n"
    assert run(database, cast, text).created == 1
    assert run(database, cast, text).unchanged == 1
    assert problems(database, cast, "customer_name\nTwin\nTwin\n") == [
        (3, "customer_name", "Row 2 has this name too, and no ID or email tells them apart.")
    ]


def test_an_email_of_another_customer_is_refused(database, cast):
    text = "customer_name,external_id,email\nNew One,NEW-1,nora@nachbar.example\nGrünwald,CUST-57,nora@nachbar.example\n"
    assert problems(database, cast, text) == [
        (3, "email", "Row 2 has this email already."),
        (2, "email", "This email belongs to another customer, Nachbar AG."),
    ]


def test_ids_and_emails_stand_once_in_a_file(database, cast):
    text = "customer_name,external_id,email\nOne,A-1,one@x.example\nTwo,A-1,two@x.example\nThree,A-3,ONE@x.example\n"
    assert problems(database, cast, text) == [
        (3, "external_id", "Row 2 has this ID already."),
        (4, "email", "Row 2 has this email already."),
    ]


def test_empty_cells_erase_nothing(database, cast):
    run(database, cast, HEAD + 'Ada,A-1,ada@x.example,Main St 1,Oslo,0150,NO,,,,"{""a"": 1}",NOK,5,\n')
    assert run(database, cast, HEAD + "Ada,A-1,,,,,,,,,,,,\n").unchanged == 1


def test_an_address_with_another_first_line_takes_the_place_of_the_whole(database, cast):
    head = "customer_name,external_id,address_line1,address_line2,city,country\n"
    run(database, cast, head + "Ada,A-1,Main St 1,Floor 3,Oslo,NO\n")
    assert run(database, cast, head + "Ada,A-1,Side St 2,,,NO\n").updated == 1
    with database.reading() as session:
        kept = session.scalar(select(Address).where(Address.is_billing, Address.customer_id == customer(session, "A-1").id))
        assert (kept.line1, kept.line2, kept.city) == ("Side St 2", "", "")


def test_a_balance_is_posted_when_the_wallet_is_opened_and_never_again(database, cast):
    head = "customer_name,external_id,wallet_currency,wallet_balance\n"
    run(database, cast, head + "Ada,A-1,EUR,450.61\n")
    again = run(database, cast, head + "Ada,A-1,EUR,500.00\n")
    assert (again.unchanged, again.updated) == (1, 0)
    assert [(notice.row, notice.text) for notice in again.findings.notices] == [
        (2, "Ada: the EUR wallet is open with 450.61; the file says 500.00. Not applied.")
    ]
    other = run(database, cast, head + "Ada,A-1,JPY,300\n")
    assert other.updated == 1
    with database.reading() as session:
        wallets = select(Wallet.currency, Wallet.balance, Wallet.is_main).where(Wallet.customer_id == customer(session, "A-1").id)
        assert sorted(tuple(row) for row in session.execute(wallets)) == [("EUR", 45061, True), ("JPY", 300, False)]
        assert session.scalar(select(AuditEvent.action).where(AuditEvent.action == "wallet.opened")) == "wallet.opened"
        assert list(ledger.verify(session)) == []


@pytest.mark.parametrize(
    ("cells", "column", "reason"),
    [
        ("Ada,A-1,,,,,,,IND_GST,,,,,", "tax_id_number", "There is a kind of tax ID, “IND_GST”, and no number."),
        ("Ada,A-1,,,,,IN,,,27AAPFU0939F1ZV,,,,", "tax_id_type", "Say which kind of tax ID “27AAPFU0939F1ZV” is."),
        ("Ada,A-1,,,,,,,,,,,5.00,", "wallet_currency", "Say which currency the balance “5.00” is in."),
        ("Ada,A-1,,,,,,,,,,EUR,-5.00,", "wallet_balance", "A wallet does not open below zero."),
        ("Ada,A-1,,,,,,,,,,JPY,5.50,", "wallet_balance", "JPY has no decimals."),
        ("Ada,A-1,,,,ABC,DE,,,,,,,", "zip_code", "“ABC” cannot be a postal code in Germany: one looks like 26133."),
        ("Ada,A-1,,,,,,,,,,,,NONE-1", "parent_external_id", "No customer with the ID “NONE-1” is in the file or known here."),
        ("Ada,A-1,,,,,,,,,,,,A-1", "parent_external_id", "This customer would stand below itself: its parents lead back to it."),
        ("Ada,A-1", "", "The row has 2 cells and the header 14. Is the row cut off, or a quotation mark missing?"),
        ("Ada,A-1,,,,,,,,,,,,,x", "", "The row has 15 cells and the header 14. Does a value have a comma in it and no quotation marks?"),
        ("John Doe,CUST-EXAMPLE,,,,,,,,,,,,", "customer_name", "This is the example row of the sample file. Delete it."),
        (f"{'x' * 256},A-1,,,,,,,,,,,,", "customer_name", "A name has at most 255 characters; this has 256."),
    ],
)
def test_each_bad_cell_has_its_sentence(database, cast, cells, column, reason):
    assert problems(database, cast, f"{HEAD}{cells}\n") == [(2, column, reason)]


def test_parents_may_stand_anywhere_in_the_file_and_change(database, cast):
    text = HEAD + "Child,A-2,,,,,,,,,,,,A-1\nParent,A-1,,,,,,,,,,,,CUST-57\n"
    assert run(database, cast, text).created == 2
    with database.reading() as session:
        assert customer(session, "A-2").parent_id == customer(session, "A-1").id
        assert customer(session, "A-1").parent_id == cast.own.id
    assert run(database, cast, text).unchanged == 2
    assert run(database, cast, HEAD + "Child,A-2,,,,,,,,,,,,CUST-57\n").updated == 1
    assert problems(database, cast, HEAD + "Grünwald,CUST-57,,,,,,,,,,,,A-1\n") == [
        (2, "parent_external_id", "Parent is below this customer already: the two would be each other's parent.")
    ]


def test_a_contact_needs_a_customer_in_the_file_or_the_database(database, cast):
    head = "customer_external_id,name,email,receives\n"
    text = head + "CUST-57,Ola Nord,ola@x.example,all\nNONE-1,Eve Ost,eve@x.example,\nCUST-57,,ola@x.example,\n"
    assert sorted(problems(database, cast, text, kinds=["contacts"])) == [
        (3, "customer_external_id", "No customer “NONE-1” is in the file or known here."),
        (4, "email", "Row 2 has this contact already."),
    ]


def test_a_kept_contact_is_changed_and_its_choices_leave_receipts(database, cast):
    head = "customer_external_id,name,email,phone,receives\n"
    changed = run(database, cast, head + "CUST-57,Vera Grün,vera@gruenwald.example,+49 30 123456,statements\n", kinds=["contacts"])
    assert changed.contacts == {"created": 0, "updated": 1, "unchanged": 0}
    with database.reading() as session:
        vera = session.get_one(Contact, cast.own_contacts["viewer"].id)
        assert (vera.name, vera.phone, vera.portal_role) == ("Vera Grün", "+4930123456", "viewer")
        receipts = session.execute(select(PreferenceReceipt.topic, PreferenceReceipt.wanted).where(PreferenceReceipt.contact_id == vera.id))
        assert dict(receipts.all()) == {"invoices": False, "statements": True}
    again = run(database, cast, head + "CUST-57,Vera Grün,vera@gruenwald.example,,statements\n", kinds=["contacts"])
    assert again.contacts["unchanged"] == 1


def test_the_last_recipient_may_leave_only_when_a_later_row_takes_over(database, cast):
    head = "customer_external_id,name,email,receives\n"
    leaving = "CUST-58,Nora Nachbar,nora@nachbar.example,invoices\n"
    text = head + leaving
    assert problems(database, cast, text, kinds=["contacts"])[0][:2] == (2, "receives")
    taking_over = head + leaving + "CUST-58,Nils Nachbar,nils@nachbar.example,receipts;reminders;wallet;contracts\n"
    assert run(database, cast, taking_over, kinds=["contacts"]).contacts == {"created": 1, "updated": 1, "unchanged": 0}


def test_an_unknown_topic_is_named(database, cast):
    text = "customer_external_id,email,receives\nCUST-57,ola@x.example,invoices;gossip\n"
    assert problems(database, cast, text, kinds=["contacts"])[0][2].startswith("“gossip” is no topic. There are: all, none, invoices")


def test_an_exemption_mark_in_custom_data_sets_the_exemption(database, cast):
    run(database, cast, HEAD + 'Ada,A-1,,,,,,,,,"{""exempt_tax"": true}",,,\n')
    with database.reading() as session:
        assert customer(session, "A-1").tax_exempt


@pytest.mark.parametrize("contacts_too", [False, True])
def test_a_check_of_new_and_unchanged_rows_counts_what_the_run_counts(database, cast, contacts_too):
    texts = (DATA / "customers.csv", DATA / "contacts.csv")[: 1 + contacts_too]
    for _ in range(2):
        checked = check(database, cast, *texts)
        done = run(database, cast, *texts)
        assert checked.settled
        assert counted(checked) == counted(done)


def test_a_contact_with_the_address_of_its_new_customer_is_the_primary_one(database, cast):
    customers = "customer_name,external_id,email\nAda,A-1,ada@x.example\n"
    same = "customer_external_id,email\nA-1,Ada@x.example\n"
    named = "customer_external_id,email,first_name\nA-1,ada@x.example,Ada\n"
    assert counted(check(database, cast, customers, same))["contacts"] == {"created": 0, "updated": 0, "unchanged": 1}
    assert not check(database, cast, customers, named).settled
    done = run(database, cast, customers, named)
    assert counted(done)["contacts"] == {"created": 0, "updated": 1, "unchanged": 0}


def test_what_only_writing_tells_is_not_settled_by_a_check(database, cast):
    run(database, cast, "customer_name,external_id\nAda,A-1\n")
    assert not check(database, cast, "customer_name,external_id\nAda Lovelace,A-1\n").settled
    assert not check(database, cast, "customer_name,external_id,parent_external_id\nBob,B-1,A-1\n").settled


def test_a_document_has_each_line_of_its_contacts_once(database, cast):
    customers = "customer_name,external_id,email\nAda,A-1,ada@x.example\nBob,B-1,\n"
    people = (
        "customer_external_id,email,first_name,last_name\n"
        "A-1,grace@x.example,Grace,Hopper\nA-1,hopper@x.example,Grace,Hopper\nA-1,only@x.example,,\nB-1,bob@x.example,Bob,\n"
    )
    run(database, cast, customers, people)
    with database.writing() as session:
        read = select(Customer.external_id, SearchDocument.body).join(SearchDocument, SearchDocument.customer_id == Customer.id)
        bodies = dict(session.execute(read.where(Customer.external_id.in_(["A-1", "B-1"]))).all())
        assert bodies["A-1"] == "ada\na-1\nada@x.example\ngrace hopper\ngrace@x.example\nhopper@x.example\nonly@x.example"
        assert bodies["B-1"] == "bob\nb-1\nbob@x.example"
        search.index(session, session.scalars(select(Customer.id)))
        assert bodies.items() <= dict(session.execute(read).all()).items()
        for term in ("hopper", "only@x.example"):
            assert len(search.matching(session, term).documents) == 1


def test_a_new_customers_own_contact_that_the_contacts_file_names_is_found_by_that_name(database, cast):
    customers = "customer_name,external_id,email\nAda,A-1,ada@x.example\nBob,B-1,bob@x.example\n"
    people = (
        "customer_external_id,email,first_name,last_name\n"
        "B-1,carl@x.example,Carl,Early\nA-1,ada@x.example,Augusta,Byron\nA-1,later@x.example,Grace,Hopper\nB-1,eve@x.example,Eve,Ost\n"
    )
    assert run(database, cast, customers, people).contacts == {"created": 3, "updated": 1, "unchanged": 0}
    with database.writing() as session:
        for term, found in (("byron", 1), ("hopper", 1), ("carl early", 1), ("eve ost", 1), ("ada", 1), ("nobody", 0)):
            assert len(search.matching(session, term).documents) == found, term
        if database.dialect == "sqlite":
            session.execute(text("INSERT INTO search_index (search_index, rank) VALUES ('integrity-check', 1)"))
