"""The import pages: upload, check, a person's word, done; what is refused, and who may."""

import io
from pathlib import Path

import pytest
from sqlalchemy import func, select

from portal.domain.imports.report import harmless
from portal.model import Customer, ImportJob, ImportPiece
from portal.worker import import_job

DATA = Path(__file__).parents[2] / "data"


def file(content: bytes | Path, name: str = "customers.csv"):
    return io.BytesIO(content.read_bytes() if isinstance(content, Path) else content), name


def upload(client, customers, contacts=None, *, status: int = 303):
    data = {"customers": file(customers)} | ({"contacts": file(contacts, "contacts.csv")} if contacts else {})
    return client.post("/console/imports", data, status=status, content_type="multipart/form-data")


def count(database, model) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(model))


@pytest.fixture
def finance(client):
    return client.as_operator("finance")


def test_an_upload_is_checked_then_imported_on_a_persons_word(finance, database):
    answer = upload(finance, DATA / "customers.csv", DATA / "contacts.csv")
    waiting = finance.follow(answer)
    assert "Waits to be checked" in waiting.text
    assert waiting.find("div", id="import").get("hx-trigger") == "every 1s"

    assert import_job.run(database)
    ready = finance.follow(answer)
    assert ready.h1 == "Check before you import"
    assert "customers will be created39" in ready.text
    assert ready.find("div", id="import").get("hx-trigger") is None
    assert count(database, Customer) == 2

    assert "Waits to run" in finance.follow(finance.submit(ready, "/confirmation")).text
    assert import_job.run(database)
    done = finance.follow(answer)
    assert done.h1 == "Imported"
    assert "customers created" in done.text
    assert count(database, Customer) == 41
    assert count(database, ImportPiece) == 0
    assert not import_job.run(database)
    assert "customers.csv, contacts.csv" in finance.get("/console/imports").text


def test_the_same_file_again_has_nothing_to_import(finance, database):
    for _ in range(2):
        answer = upload(finance, DATA / "customers.csv")
        import_job.run(database)
        page = finance.follow(answer)
        if "/confirmation" in page.body:
            finance.submit(page, "/confirmation")
            import_job.run(database)
    assert "There is nothing to import." in page.text
    assert count(database, Customer) == 41


def test_a_dirty_file_is_refused_with_each_bad_cell_on_the_page(finance, database):
    answer = upload(finance, DATA / "customers-dirty.csv")
    import_job.run(database)
    page = finance.follow(answer)
    assert page.h1 == "Not imported: cells to put right"
    assert len(page.find_all("mark")) == 8
    assert "Atlantis" in page.text
    assert "Quartz Bank Ltd" in page.text
    assert "1 to 8 of 8" in page.text
    report = finance.get(page.location or f"{answer.location}/problems.csv")
    assert report.response.headers["Content-Disposition"] == 'attachment; filename="problems.csv"'
    assert report.body.count("\r\n") == 9
    finance.follow(finance.submit(page, "/removal"))
    assert count(database, ImportJob) == 0


def test_many_bad_cells_stand_on_several_pages(finance, database):
    rows = b"".join(b",ID-%d\n" % number for number in range(250))
    answer = upload(finance, b"customer_name,external_id\n" + rows)
    import_job.run(database)
    first = finance.follow(answer)
    assert "1 to 100 of 250" in first.text
    second = finance.get(f"{answer.location.split('?')[0]}?after={_last(first)}")
    assert "101 to 200 of 250" in second.text


def _last(page) -> str:
    href = next(link.get("href") for link in page.find_all("a") if "after=" in (link.get("href") or ""))
    return href.split("after=")[1]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is empty."),
        (b"\x89PNG\r\n\x1a\n\0\0\0\0", "This is a picture (PNG)"),
        ("customer_name\nAda\n".encode("utf-16"), "This file is UTF-16"),
        (b"customer_name\nJos\xe9\n", "Line 2 is not UTF-8"),
        (b"customer_name\nA\0da\n", "Line 2 has NUL characters"),
        (b"customer_name\n" + b"x" * 400_000, "longer than 256 kB"),
        (b"customer_name,external_id,email\nJohn Doe,CUST-EXAMPLE,john.doe@example.com\n", "is the example row of the sample file"),
    ],
)
def test_what_is_no_csv_is_refused_at_the_field_and_not_kept(finance, database, content, sentence):
    page = upload(finance, content, status=422)
    assert sentence in page.text
    assert page.find("input", id="customers").get("aria-invalid") == "true"
    assert count(database, ImportJob) == count(database, ImportPiece) == 0


def test_an_upload_without_a_file_says_so(finance):
    page = finance.post("/console/imports", {}, status=422, content_type="multipart/form-data")
    assert "Choose a file: customers, contacts or both." in page.text


def test_the_upload_limit_is_its_own(finance, app):
    app.config["MAX_CONTENT_LENGTH"] = 10_000
    assert upload(finance, b"customer_name\n" + b"Ada Lovelace\n" * 2_000).status == 303


def test_the_sample_is_offered_and_recognised(finance):
    sample = finance.get("/console/imports/sample.csv")
    assert sample.body.startswith("customer_name,external_id,email")
    page = upload(finance, sample.body.encode(), status=422)
    assert "Row 2 is the example row of the sample file, John Doe." in page.text


def test_an_import_can_be_cancelled_before_it_runs_and_not_after(finance, database):
    answer = upload(finance, DATA / "customers.csv")
    import_job.run(database)
    ready = finance.follow(answer)
    assert ready.find("button", formaction=f"{answer.location}/cancellation") is not None
    cancelled = finance.follow(finance.post(f"{answer.location}/cancellation"))
    assert "Nothing was imported" in cancelled.text
    finance.post(f"{answer.location}/confirmation", status=409)
    finance.post(f"{answer.location}/cancellation", status=409)
    assert not import_job.run(database)
    assert count(database, Customer) == 2


def test_htmx_gets_the_fragment_with_the_steps_beside_it(finance, database):
    answer = upload(finance, DATA / "customers.csv")
    fragment = finance.get(answer.location, htmx=True)
    assert fragment.find("div", id="steps").get("hx-swap-oob") == "true"
    assert "<html" not in fragment.body


def test_support_reads_and_does_not_run(client, finance, database):
    answer = upload(finance, DATA / "customers.csv")
    import_job.run(database)
    support = client.as_operator("support")
    assert "Import 39 rows" not in support.get(answer.location).text
    support.post(f"{answer.location}/confirmation", status=403)
    support.get("/console/imports/new", status=403)


def test_a_customers_person_finds_no_imports(client):
    client.as_person("owner").get("/console/imports", status=303)


def test_unknown_ids_and_wrong_methods_are_answered_as_such(finance):
    finance.get("/console/imports/0190a6e2-0000-7000-8000-000000000000", status=404)
    finance.get("/console/imports/nonsense", status=404)
    finance.post("/console/imports/new", status=405)


def test_the_report_is_harmless_in_a_spreadsheet():
    assert [harmless(text) for text in ("=1+1", "@x", "\tx", "＝x", "-5.00", "+47", "Ada")] == [
        "'=1+1", "'@x", "'\tx", "'＝x", "-5.00", "+47", "Ada",
    ]  # fmt: skip
