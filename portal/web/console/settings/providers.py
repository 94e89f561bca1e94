"""The business's own OpenID providers: operators sign in with them. Only who may invite operators may change them."""

from flask import Blueprint

from portal.web.console.settings.contents import contents
from portal.web.providers import Room

HERE = "console.settings.providers.index"

room = Room(
    read="settings.read",
    change="operator.change",
    whose=lambda _: None,
    enforces=False,
    frame=lambda _: {"layout": "layouts/console.html", "contents": contents(HERE)},
)
bp = room.on(Blueprint("providers", __name__, url_prefix="/providers"))
