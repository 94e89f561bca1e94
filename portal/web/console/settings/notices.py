"""How many days before credit ends customers are told, for each business entity."""

from uuid import UUID

from flask import Blueprint, Response, flash, g, redirect, url_for

from portal.domain import business_entities
from portal.domain.business_entities import NoticeWrong
from portal.model import BusinessEntity
from portal.web.access import may
from portal.web.console.settings.contents import contents
from portal.web.console.wallets.blueprint import blame
from portal.web.database import session
from portal.web.forms.notices import NoticeForm
from portal.web.htmx import page

bp = Blueprint("notices", __name__, url_prefix="/notices")


@bp.get("")
@may("settings.read")
def index():
    """Show the days of each business entity."""
    return _page()


@bp.post("/<uuid:entity_id>")
@may("settings.change")
def update(entity_id: UUID):
    """Set the days of one business entity."""
    entity = business_entities.find(session(), entity_id)
    form = _form(entity, sent=True)
    if form.validate_on_submit():
        try:
            business_entities.set_expiry_notice(session(), entity, form.days.data, by=g.actor)
        except NoticeWrong as refusal:
            blame(form, refusal)
        else:
            days = entity.expiry_notice_days
            flash(f"{entity.name} tells its customers {days} {'day' if days == 1 else 'days'} before credit ends.")
            return redirect(url_for(".index"), 303)
    return _page({entity.id: form}, status=422)


def _form(entity: BusinessEntity, *, sent: bool = False) -> NoticeForm:
    """Make the form of one business entity; a prefix tells the forms of a page apart."""
    prefix = f"entity-{entity.id.hex[-8:]}-"
    return NoticeForm(prefix=prefix) if sent else NoticeForm(formdata=None, prefix=prefix, data={"days": entity.expiry_notice_days})


def _page(sent: dict[UUID, NoticeForm] | None = None, *, status: int = 200) -> Response:
    entities = business_entities.all(session())
    sent = sent or {}
    return page(
        "console/settings/notices/index.html",
        status=status,
        contents=contents("console.settings.notices.index"),
        rows=[(entity, sent.get(entity.id) or _form(entity)) for entity in entities],
        most=business_entities.LONGEST_NOTICE,
    )
