"""Amazon SES's reports, by way of Amazon SNS: of the one topic that an operator entered, and signed by Amazon."""

from collections.abc import Mapping

from flask import Response, current_app, request

from portal.domain import delivery
from portal.domain.delivery import shapes
from portal.web.access import public
from portal.web.csrf import protect
from portal.web.database import database
from portal.web.hooks.blueprint import bp, not_understood, read_json, refused, take


@bp.post("/ses")
@public
def ses() -> Response:
    """Take a report of Amazon SES's; a new subscription is confirmed by itself.

    Anybody may have a topic at Amazon and sign with it, so that only the topic that was entered is believed; it is looked at
    before anything is fetched.
    """
    sns = current_app.extensions["sns"]
    try:
        envelope = read_json(request.get_data())
    except shapes.NotUnderstood:
        return refused()
    if not isinstance(envelope, Mapping) or not (topic := _topic()) or envelope.get("TopicArn") != topic:
        return refused()
    try:
        sns.check(envelope)
        if envelope["Type"] == "SubscriptionConfirmation":
            sns.confirm(envelope)
            current_app.logger.info("the subscription of mail reports is confirmed")
    except sns.Forged as fault:
        current_app.logger.warning("a report in the name of Amazon SNS was refused: %s", fault)
        return refused()
    if envelope["Type"] != "Notification":
        return Response("Noted.\n", 200, mimetype="text/plain")
    try:
        return take("ses", shapes.ses(read_json(str(envelope.get("Message")).encode())))
    except shapes.NotUnderstood as fault:
        return not_understood(fault)


def _topic() -> str:
    """Give the topic that is believed; empty where the door is shut."""
    with database().reading() as reading:
        return delivery.hook(reading, "ses").topic


protect.exempt(ses)  # see own.py
protect.exempt("hooks.ses")
