"""Imports: upload, look at the check, let it run, see what came of it."""

from types import SimpleNamespace
from uuid import UUID

from flask import Blueprint, Response, current_app, flash, g, redirect, request, url_for

from portal.domain import attributes, columns
from portal.domain.imports import DELIMITER_NAMES, jobs, report
from portal.domain.imports.problems import MAX_PROBLEMS
from portal.model import ImportJob
from portal.web import htmx
from portal.web.access import may
from portal.web.database import session
from portal.web.forms.imports import ACCEPT, ImportForm
from portal.web.htmx import page

bp = Blueprint("imports", __name__, url_prefix="/imports")
PAGE = 100
HISTORY = 50
FORM_ROOM = 64 * 1024
STATES = {
    "uploaded": ("Waits to be checked", "wait"),
    "checking": ("Being checked", "wait"),
    "refused": ("Cells to put right", "wrong"),
    "ready": ("Waits for your word", "heed"),
    "waiting": ("Waits to run", "wait"),
    "running": ("Running", "wait"),
    "done": ("Imported", ""),
    "failed": ("Stopped", "wrong"),
    "cancelled": ("Cancelled", "off"),
    "undone": ("Undone", "off"),
}


@bp.url_value_preprocessor
def make_room(endpoint: str | None, values: dict | None) -> None:
    """Let the upload, and nothing else, be as large as the settings say; set before anything reads the form."""
    if endpoint == "console.imports.create":
        request.max_content_length = current_app.extensions["settings"].upload_limit + FORM_ROOM


@bp.get("")
@may("import.read")
def index():
    """List the imports, the newest first."""
    before = request.args.get("before", type=UUID)
    found = jobs.recent(session(), before=before, limit=HISTORY + 1)
    older = url_for(".index", before=found[HISTORY - 1].id) if len(found) > HISTORY else None
    pager = SimpleNamespace(
        words="Older imports" if before else "The newest first", previous_url=url_for(".index") if before else None, next_url=older
    )
    return page("console/imports/index.html", "history", imports=found[:HISTORY], states=STATES, pager=pager)


@bp.get("/new")
@may("import.run")
def new():
    """Offer the form that takes the files."""
    return new_page(ImportForm())


@bp.post("")
@may("import.run")
def create():
    """Keep the files; the worker checks them."""
    form = ImportForm()
    form.attributes = attributes.columns(session())
    if form.validate_on_submit():
        job = jobs.create(session(), form.uploads, by=g.actor)
        return redirect(url_for(".show", job_id=job.id), 303)
    return new_page(form, status=422)


@bp.get("/sample.csv")
@may("import.read")
def sample():
    """Give the sample file."""
    return download(columns.sample(attributes.samples(session())), columns.SAMPLE_FILE)


@bp.get("/<uuid:job_id>")
@may("import.read")
def show(job_id: UUID):
    """Show an import in the state it is in; while it moves the page looks again by itself."""
    job = jobs.find(session(), job_id)
    context = problems_of(job) if job.state == "refused" else {}
    return page(
        "console/imports/show.html",
        "state",
        job=job,
        file_names=jobs.names(job),
        state=STATES[job.state],
        moving=job.state in jobs.MOVING,
        cancellable=job.state in jobs.CANCELLABLE,
        removable=job.state in jobs.REMOVABLE,
        delimiters=DELIMITER_NAMES,
        partial=htmx.fragment_wanted(),
        **context,
    )


@bp.get("/<uuid:job_id>/problems.csv")
@may("import.read")
def problems(job_id: UUID):
    """Give the cells that cannot be imported, as a file."""
    job = jobs.find(session(), job_id)
    found = jobs.problems(session(), job.id, limit=MAX_PROBLEMS)
    return download(report.problems_csv(found), "problems.csv")


@bp.post("/<uuid:job_id>/confirmation")
@may("import.run")
def confirm(job_id: UUID):
    """Let a checked import run."""
    jobs.confirm(session(), jobs.find(session(), job_id), by=g.actor)
    return redirect(url_for(".show", job_id=job_id), 303)


@bp.post("/<uuid:job_id>/cancellation")
@may("import.run")
def cancel(job_id: UUID):
    """Stop an import before it runs."""
    jobs.cancel(session(), jobs.find(session(), job_id), by=g.actor)
    flash("The import is cancelled. Nothing was imported.")
    return redirect(url_for(".show", job_id=job_id), 303)


@bp.post("/<uuid:job_id>/removal")
@may("import.run")
def remove(job_id: UUID):
    """Delete an upload that changed nothing."""
    jobs.remove(session(), jobs.find(session(), job_id), by=g.actor)
    flash("The upload is deleted.")
    return redirect(url_for(".index"), 303)


def new_page(form: ImportForm, *, status: int = 200) -> Response:
    limit = current_app.extensions["settings"].upload_limit // (1024 * 1024)
    own = [column.name for column in attributes.columns(session())]
    known = [("Customers", [*columns.CUSTOMER_COLUMNS, *own]), ("Contacts", list(columns.CONTACT_COLUMNS))]
    return page("console/imports/new.html", form=form, status=status, limit=limit, accept=ACCEPT, known=known)


def problems_of(job: ImportJob) -> dict[str, object]:
    """Read one page of problems, and the ways to the next and the previous one."""
    after, before = request.args.get("after", 0, type=int), request.args.get("before", 0, type=int)
    if before:
        found = jobs.problems_before(session(), job.id, before, limit=PAGE)
    else:
        found = jobs.problems(session(), job.id, after=after, limit=PAGE)
    kept = min(job.counts.get("problems", 0), MAX_PROBLEMS)
    skipped = jobs.count_before(session(), job.id, found[0].id) if found else 0
    here = url_for(".show", job_id=job.id)
    pager = SimpleNamespace(
        words=f"{skipped + 1:,} to {skipped + len(found):,} of {job.counts.get('problems', 0):,}",
        previous_url=f"{here}?before={found[0].id}" if skipped else None,
        next_url=f"{here}?after={found[-1].id}" if skipped + len(found) < kept else None,
    )
    return {"problems": found, "pager": pager, "kept": kept}


def download(text: str, name: str) -> Response:
    """Answer with a CSV file."""
    response = Response(text, mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
