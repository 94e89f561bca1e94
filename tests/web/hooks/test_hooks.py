"""Reports by webhook: believed with a signature, kept once, and refused without a trace."""

import base64
import hashlib
import hmac
import json
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from sqlalchemy import func, select

from portal.domain import actors, delivery, messages
from portal.domain.messages import Recipient
from portal.gateways.http import Answer, Unreachable, fetch
from portal.gateways.sns import Sns
from portal.model import Contact, EmailEvent, EmailMessage
from portal.values import clock, webhooks
from portal.web.hooks.pace import Pace

MARTA = "marta@gruenwald.example"
TOPIC = "arn:aws:sns:eu-central-1:123456789012:portal-mail"
CERTIFICATE = "https://sns.eu-central-1.amazonaws.com/SimpleNotificationService-0123456789abcdef0123456789abcdef.pem"
CONFIRM = "https://sns.eu-central-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn=x&Token=y"


@pytest.fixture
def http(app):
    """A provider: no cookies, no form of ours."""
    return app.test_client(use_cookies=False)


@pytest.fixture
def message(database, cast):
    with database.writing() as session:
        made = messages.queue(
            session, "address_in_use", to=Recipient(address=MARTA), facts={"asked_at": "2026-11-23T08:14:00+00:00"}, why="A test.", key="1"
        )
        made.state, made.sent_at, made.message_id = "sent", clock.now(), "<1@northwind.example>"
    return made


@pytest.fixture
def door(app, database, cast):
    """Open a provider's door: door("portal") -> its secret."""

    def open_(provider: str, topic: str = "") -> str:
        with database.writing() as session:
            return delivery.set_hook(session, provider, topic=topic, vault=app.extensions["vault"], by=cast.operator())

    return open_


def kept(database) -> list[tuple[str, str, bool]]:
    with database.reading() as session:
        return [tuple(row) for row in session.execute(select(EmailEvent.provider, EmailEvent.kind, EmailEvent.message_id.is_not(None)))]


def state(database) -> str:
    with database.reading() as session:
        return session.scalar(select(EmailMessage.state).where(EmailMessage.dedup_key == "1"))


# Our own shape


def event(kind="bounced", **data) -> bytes:
    fields = {"message_id": "<1@northwind.example>", "recipient": MARTA, "bounce": "hard", "reply": "550 5.1.1 No such user", **data}
    return json.dumps({"type": f"message.{kind}", "timestamp": clock.now().isoformat(), "data": fields}).encode()


def signed(secret: str, body: bytes, *, named="evt_1", at=None) -> dict[str, str]:
    timestamp = int((at or clock.now()).timestamp())
    return {"webhook-id": named, "webhook-timestamp": str(timestamp), "webhook-signature": webhooks.sign(secret, named, timestamp, body)}


def test_a_signed_report_moves_its_message_and_twice_changes_nothing(http, door, message, database, cast):
    secret, body = door("portal"), event()
    for _ in range(2):
        assert http.post("/hooks/mail/portal", data=body, headers=signed(secret, body)).status_code == 200
    assert kept(database) == [("portal", "bounced", True)]
    assert state(database) == "bounced"
    with database.reading() as session:
        assert session.get_one(Contact, cast.own_contacts["owner"].id).bounce_state == "hard"


def test_a_signature_made_by_another_program_holds(http, door, message, database):
    secret, body, at = door("portal"), event("delivered"), str(int(clock.now().timestamp()))
    key = base64.b64decode(secret.removeprefix("whsec_"))
    by_hand = base64.b64encode(hmac.new(key, f"evt_9.{at}.".encode() + body, hashlib.sha256).digest()).decode()
    headers = {"webhook-id": "evt_9", "webhook-timestamp": at, "webhook-signature": f"v1,bm90IHRoaXM= v1,{by_hand}"}
    assert http.post("/hooks/mail/portal", data=body, headers=headers).status_code == 200
    assert state(database) == "delivered"


@pytest.mark.parametrize("wrong", ["secret", "former", "body", "id", "old", "ahead", "none", "no number", "shut", "origin"])
def test_what_is_not_rightly_signed_is_refused_and_nothing_is_kept(http, door, message, database, wrong):
    secret, body = door("portal"), event()
    headers = signed(secret, body)
    match wrong:
        case "secret":
            headers = signed(secret.replace("whsec_", "whsec_AAAA"), body)
        case "former":
            door("portal")
            door("portal")
        case "body":
            body = event("complained")
        case "id":
            headers["webhook-id"] = "evt_2"
        case "old":
            headers = signed(secret, body, at=clock.now() - timedelta(minutes=6))
        case "ahead":
            headers = signed(secret, body, at=clock.now() + timedelta(minutes=6))
        case "none":
            headers = {}
        case "no number":
            headers["webhook-timestamp"] = "٣" * 10
        case "shut":
            with database.writing() as session:
                delivery.switch_off(session, "portal", by=actors.system("cli"))
        case "origin":
            headers = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
    assert http.post("/hooks/mail/portal", data=body, headers=headers).status_code == 401
    assert kept(database) == []
    assert state(database) == "sent"


def test_for_a_day_the_secret_before_the_present_one_holds_too(http, door, message, database):
    (former, present), body = (door("portal"), door("portal")), event("deferred")
    for number, secret in enumerate((former, present)):
        assert http.post("/hooks/mail/portal", data=body, headers=signed(secret, body, named=f"evt_{number}")).status_code == 200
    with clock.frozen(clock.now() + delivery.OVERLAP + timedelta(seconds=1)):
        assert http.post("/hooks/mail/portal", data=body, headers=signed(former, body, named="evt_3")).status_code == 401
        assert http.post("/hooks/mail/portal", data=body, headers=signed(present, body, named="evt_4")).status_code == 200
    assert len(kept(database)) == 3


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"[]", b"null", b'"x"', b"{}", b'{"type": "message.opened", "data": {}}', b'{"type": "message.bounced", "data": {}}',
        b'{"type": "message.bounced", "data": []}', b'{"type": 1, "data": {}}', b"[" * 50_000, b"\xff\xfe",
    ],
)  # fmt: skip
def test_what_is_signed_and_has_another_shape_is_said_so(http, door, database, body):
    secret = door("portal")
    assert http.post("/hooks/mail/portal", data=body, headers=signed(secret, body)).status_code == 400
    assert kept(database) == []


def test_a_report_on_no_message_of_ours_is_kept_and_is_no_fault(http, door, message, database):
    secret, body = door("portal"), event(message_id="<other@elsewhere.example>")
    assert http.post("/hooks/mail/portal", data=body, headers=signed(secret, body)).status_code == 200
    assert kept(database) == [("portal", "bounced", False)]
    assert state(database) == "sent"


def test_hostile_words_are_kept_as_words(http, door, message, database):
    secret, body = door("portal"), event(reply="<script>\x00\ud800" + "x" * 9000, recipient="a\x00b" * 400)
    assert http.post("/hooks/mail/portal", data=body, headers=signed(secret, body)).status_code == 200
    with database.reading() as session:
        assert len(session.scalar(select(EmailEvent.words))) == 2000


def test_too_much_is_not_read(http, door, database):
    secret, body = door("portal"), b" " * (301 * 1024)
    assert http.post("/hooks/mail/portal", data=body, headers=signed(secret, body)).status_code == 413


def test_who_posts_without_end_is_told_to_wait(app, http, database):
    app.extensions["hook_pace"] = Pace(3)
    answers = [http.post("/hooks/mail/portal", data=b"") for _ in range(5)]
    assert [answer.status_code for answer in answers] == [401, 401, 401, 429, 429]
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 20


def test_the_pace_fills_again_and_is_counted_by_network():
    now = [0.0]
    pace = Pace(60, clock=lambda: now[0])
    assert [pace.wait("192.0.2.1") for _ in range(61)] == [0] * 60 + [1]
    assert pace.wait("192.0.2.2") == 0
    now[0] = 2.0
    assert [pace.wait("192.0.2.1") for _ in range(3)] == [0, 0, 1]


def test_a_get_is_no_report(http, database):
    assert http.get("/hooks/mail/portal").status_code == 405
    assert http.post("/hooks/mail/nobody").status_code == 404


# Postmark


def postmark(**fields) -> dict:
    return {
        "RecordType": "Bounce", "ID": 4323372036854775807, "Type": "HardBounce", "TypeCode": 1, "Name": "Hard bounce",
        "MessageID": "883953f4-6105-42a2-a16a-77a8eac79483", "ServerID": 23, "Details": "smtp;550 5.1.1 unknown", "Email": MARTA,
        "BouncedAt": "2026-11-23T08:33:54.9070259Z", "Metadata": {}, **fields,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({}, "bounced"),
        ({"Type": "SoftBounce"}, "bounced"),
        ({"Type": "Transient"}, "deferred"),
        ({"Type": "SpamComplaint"}, "complained"),
        ({"RecordType": "SpamComplaint", "Type": "SpamComplaint"}, "complained"),
        ({"RecordType": "Delivery", "Recipient": MARTA, "DeliveredAt": "2026-11-23T08:33:54Z", "Type": ""}, "delivered"),
        ({"Type": "AutoResponder"}, "sent"),
        ({"RecordType": "Open"}, "sent"),
    ],
)
def test_postmark_reports_with_the_password_of_its_address(http, door, message, database, fields, told):
    password = door("postmark").removeprefix("whsec_")
    posted = postmark(Metadata={"portal-message": str(message.id)}, **fields)
    for _ in range(2):
        assert http.post("/hooks/mail/postmark", json=posted, auth=("portal", password)).status_code == 200
    assert state(database) == told
    assert len(kept(database)) == (told != "sent")


@pytest.mark.parametrize("auth", [None, ("portal", ""), ("portal", "wrong"), ("", "é")])
def test_postmark_without_the_password_is_refused(http, door, message, database, auth):
    door("postmark")
    assert http.post("/hooks/mail/postmark", json=postmark(), auth=auth).status_code == 401
    assert kept(database) == []


# Amazon SES


class Amazon:
    """The part of Amazon that signs, with a certificate of its own, and is asked for it."""

    def __init__(self, days=30):
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sns.amazonaws.com")])
        made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(self.key.public_key()).serial_number(1)
        made = made.not_valid_before(clock.now() - timedelta(days=60)).not_valid_after(clock.now() + timedelta(days=days))
        self.pem = made.sign(self.key, SHA256()).public_bytes(Encoding.PEM)
        self.asked: list[str] = []

    def ask(self, method, url, *, headers) -> Answer:
        self.asked.append(url)
        return Answer(200, self.pem if url.endswith(".pem") else b"<ok/>", "text/plain")

    def sign(self, envelope: dict, version="2") -> dict:
        envelope = {"SignatureVersion": version, "SigningCertURL": CERTIFICATE, **envelope}
        names = ("Message", "MessageId", "Subject", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type")
        if envelope["Type"] == "Notification":
            names = ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type")
        text = "".join(f"{name}\n{envelope[name]}\n" for name in names if name in envelope)
        signature = self.key.sign(text.encode(), PKCS1v15(), SHA256() if version == "2" else SHA1())
        return {**envelope, "Signature": base64.b64encode(signature).decode()}

    def notification(self, told: dict, **fields) -> dict:
        return {
            "Type": "Notification", "MessageId": "22b80b92", "TopicArn": TOPIC, "Subject": "Amazon SES", "Message": json.dumps(told),
            "Timestamp": clock.now().isoformat(), "UnsubscribeURL": "https://sns.eu-central-1.amazonaws.com/", **fields,
        }  # fmt: skip


@pytest.fixture
def amazon(app, door):
    there = Amazon()
    app.extensions["sns"] = Sns(ask=there.ask)
    door("ses", TOPIC)
    return there


def ses(message, kind="Bounce", **fields) -> dict:
    mail = {
        "timestamp": "2026-11-23T08:14:00.000Z", "messageId": "0102018f-ses", "source": "billing@northwind.example", "destination": [MARTA],
        "headers": [{"name": "X-Portal-Message", "value": str(message.id)}, {"name": "Message-ID", "value": "<rewritten@ses.example>"}],
    }  # fmt: skip
    parts = {
        "Bounce": {
            "bounce": {
                "bounceType": "Permanent", "bounceSubType": "General", "feedbackId": "fb1", "timestamp": "2026-11-23T08:14:05.000Z",
                "bouncedRecipients": [{"emailAddress": MARTA, "status": "5.1.1", "diagnosticCode": "smtp; 550 5.1.1 No"}],
            }
        },
        "Complaint": {
            "complaint": {
                "complainedRecipients": [{"emailAddress": MARTA}], "timestamp": "2026-11-23T08:15:05Z", "feedbackId": "fb2",
                "complaintFeedbackType": "abuse",
            }
        },
        "Delivery": {"delivery": {"timestamp": "2026-11-23T08:14:02Z", "recipients": [MARTA], "smtpResponse": "250 ok"}},
        "DeliveryDelay": {
            "deliveryDelay": {
                "timestamp": "2026-11-23T08:14:02Z", "delayType": "MailboxFull",
                "delayedRecipients": [{"emailAddress": MARTA, "status": "4.2.2", "diagnosticCode": "452 Full"}],
            }
        },
        "Open": {"open": {}},
    }  # fmt: skip
    return {"eventType" if kind in {"DeliveryDelay", "Open"} else "notificationType": kind, "mail": mail, **parts[kind], **fields}


@pytest.mark.parametrize("version", ["1", "2"])
@pytest.mark.parametrize(
    ("kind", "told"),
    [("Bounce", "bounced"), ("Complaint", "complained"), ("Delivery", "delivered"), ("DeliveryDelay", "deferred"), ("Open", "sent")],
)
def test_ses_reports_signed_by_amazon(http, amazon, message, database, kind, told, version):
    posted = json.dumps(amazon.sign(amazon.notification(ses(message, kind)), version))
    for _ in range(2):
        answer = http.post("/hooks/mail/ses", data=posted, content_type="text/plain; charset=UTF-8")
        assert answer.status_code == 200
    assert state(database) == told
    assert amazon.asked == [CERTIFICATE]


def test_ses_without_the_original_headers_is_known_by_what_it_said_at_the_door(http, amazon, message, database):
    with database.writing() as session:
        session.get_one(EmailMessage, message.id).provider_ref = "0102018f-ses"
    told = ses(message)
    del told["mail"]["headers"]
    assert http.post("/hooks/mail/ses", json=amazon.sign(amazon.notification(told))).status_code == 200
    assert state(database) == "bounced"


def test_a_subscription_is_confirmed_at_amazon(http, amazon, database):
    envelope = {
        "Type": "SubscriptionConfirmation", "MessageId": "1", "Token": "y", "TopicArn": TOPIC, "Message": "You have chosen",
        "SubscribeURL": CONFIRM, "Timestamp": clock.now().isoformat(),
    }  # fmt: skip
    assert http.post("/hooks/mail/ses", json=amazon.sign(envelope)).status_code == 200
    assert amazon.asked == [CERTIFICATE, CONFIRM]


@pytest.mark.parametrize(
    "where",
    [
        "https://evil.example/?Action=ConfirmSubscription", "https://sns.eu-central-1.amazonaws.com.evil.example/?Action=ConfirmSubscription",
        "http://sns.eu-central-1.amazonaws.com/?Action=ConfirmSubscription", "https://s3.amazonaws.com/?Action=ConfirmSubscription",
        "https://sns.eu-central-1.amazonaws.com@evil.example/?Action=ConfirmSubscription", "https://169.254.169.254/?Action=ConfirmSubscription",
        "https://sns.eu-central-1.amazonaws.com/?Action=DeleteTopic", "https://sns.us-east-1.amazonaws.com/?Action=ConfirmSubscription",
    ],
)  # fmt: skip
def test_no_other_address_is_opened(http, amazon, database, where):
    envelope = {
        "Type": "SubscriptionConfirmation", "MessageId": "1", "Token": "y", "TopicArn": TOPIC, "Message": "You have chosen",
        "SubscribeURL": where, "Timestamp": clock.now().isoformat(),
    }  # fmt: skip
    assert http.post("/hooks/mail/ses", json=amazon.sign(envelope)).status_code == 401
    assert amazon.asked == [CERTIFICATE]
    elsewhere = amazon.sign(amazon.notification({}, SigningCertURL=where))
    assert http.post("/hooks/mail/ses", json=elsewhere).status_code == 401
    assert amazon.asked == [CERTIFICATE]


def test_certificates_are_fetched_by_the_careful_gateway():
    assert Sns()._ask is fetch
    with pytest.raises(Unreachable):
        fetch("GET", "https://127.0.0.1/SimpleNotificationService-0123456789abcdef.pem", headers={})


@pytest.mark.parametrize("wrong", ["signature", "message", "topic", "old", "version", "type", "another key", "cert path", "no json"])
def test_what_amazon_did_not_sign_is_refused_and_nothing_is_kept(http, amazon, message, database, wrong):
    posted = amazon.sign(amazon.notification(ses(message)))
    match wrong:
        case "signature":
            posted["Signature"] = base64.b64encode(b"x" * 256).decode()
        case "message":
            posted["Message"] = json.dumps(ses(message, "Complaint"))
        case "topic":
            posted = amazon.sign(amazon.notification(ses(message), TopicArn=TOPIC.replace("1234", "9999")))
        case "old":
            posted = amazon.sign(amazon.notification(ses(message), Timestamp=(clock.now() - timedelta(hours=2)).isoformat()))
        case "version":
            posted["SignatureVersion"] = "3"
        case "type":
            posted["Type"] = "Nothing"
        case "another key":
            posted = Amazon().sign(amazon.notification(ses(message)))
        case "cert path":
            posted = amazon.sign(amazon.notification(ses(message), SigningCertURL=CERTIFICATE.replace("Simple", "Other")))
        case "no json":
            posted = ["x"]
    assert http.post("/hooks/mail/ses", json=posted).status_code == 401
    assert kept(database) == []


def test_a_certificate_that_has_run_out_does_not_hold(app, http, door, message, database):
    there = Amazon(days=-1)
    app.extensions["sns"] = Sns(ask=there.ask)
    door("ses", TOPIC)
    assert http.post("/hooks/mail/ses", json=there.sign(there.notification(ses(message)))).status_code == 401


def test_nobody_makes_us_ask_for_certificate_after_certificate(http, amazon, message, database):
    for number in range(10):
        named = CERTIFICATE.replace("0123456789abcdef0123", f"{number:020x}")
        http.post("/hooks/mail/ses", json={**amazon.sign(amazon.notification(ses(message))), "SigningCertURL": named, "Signature": "eA=="})
    assert len(amazon.asked) == 6


def test_before_a_topic_was_entered_nothing_is_fetched(app, http, message, database):
    there = Amazon()
    app.extensions["sns"] = Sns(ask=there.ask)
    for topic in (TOPIC, "none", ""):
        assert http.post("/hooks/mail/ses", json=there.sign(there.notification(ses(message), TopicArn=topic))).status_code == 401
    assert there.asked == []
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(EmailEvent)) == 0
