"""Passkeys (W3C Web Authentication, level 3): a first factor by themselves, or a second one."""

import json
from dataclasses import dataclass
from urllib.parse import urlsplit
from uuid import UUID

from sqlalchemy import and_, delete, or_, select, update
from sqlalchemy.orm import Session

from portal.domain import safety
from portal.domain.actors import Actor
from portal.domain.errors import NotFound, Refusal
from portal.domain.factors import challenges
from portal.domain.factors.held import Removed, after_removal
from portal.domain.factors.policy import refuse_the_last_of_the_required
from portal.model import Passkey, User
from portal.values import clock
from portal.values.text import clean_line

MOST = 20
TRANSPORTS = {"usb", "nfc", "ble", "internal", "hybrid", "smart-card"}


class PasskeyRefused(Refusal):
    """What the browser gave is no passkey that can be kept."""

    sentence = "The passkey was not taken. Try once more; each question is good once, for five minutes."


@dataclass(frozen=True)
class Site:
    """What passkeys are bound to: the host name, and the address that browsers say they are at."""

    rp_id: str
    origin: str
    name: str

    @classmethod
    def of(cls, public_url: str, name: str = "Portal") -> "Site":
        """Make it from the installation's public URL."""
        parts = urlsplit(public_url)
        return cls(rp_id=parts.hostname or "", origin=f"{parts.scheme}://{parts.netloc}", name=name)


def passkeys_of(session: Session, user_id: UUID) -> list[Passkey]:
    """List a person's passkeys, the oldest first."""
    return list(session.scalars(select(Passkey).where(Passkey.user_id == user_id).order_by(Passkey.created_at, Passkey.id)))


def find_passkey(session: Session, user_id: UUID, passkey_id: UUID) -> Passkey:
    """Find one of a person's own passkeys.

    :raises NotFound: when it is not there, or somebody else's.
    """
    found = session.get(Passkey, passkey_id)
    if found is None or found.user_id != user_id:
        raise NotFound
    return found


def registration_options(session: Session, user: User, *, site: Site) -> tuple[str, str]:
    """Give what the browser makes a passkey from, as JSON, and the token for its cookie."""
    import webauthn  # takes most of a second to load, which only those who use a passkey wait for
    from webauthn.helpers import structs

    challenge = challenges.ask(session, "register", user_id=user.id)
    options = webauthn.generate_registration_options(
        rp_id=site.rp_id,
        rp_name=site.name,
        user_id=user.id.bytes,
        user_name=user.email,
        user_display_name=user.shown_name,
        challenge=challenge.value,
        exclude_credentials=_described(passkeys_of(session, user.id)),
        authenticator_selection=structs.AuthenticatorSelectionCriteria(
            resident_key=structs.ResidentKeyRequirement.REQUIRED, user_verification=structs.UserVerificationRequirement.REQUIRED
        ),
    )
    return webauthn.options_to_json(options), challenge.token


def add_passkey(session: Session, user: User, credential: str, *, token: str, name: str, site: Site, by: Actor) -> Passkey:
    """Keep a passkey that the browser has just made for the challenge of `token`.

    :raises PasskeyRefused: when it was not made for this site, this person and this question, or is known already.
    """
    import webauthn
    from webauthn.helpers.exceptions import WebAuthnException

    challenge = challenges.take(session, token, "register", user_id=user.id)
    if challenge is None:
        raise PasskeyRefused
    try:
        made = webauthn.verify_registration_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=site.rp_id,
            expected_origin=site.origin,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError) as fault:
        raise PasskeyRefused from fault
    if session.scalar(select(Passkey.id).where(Passkey.credential_id == made.credential_id)) is not None:
        raise PasskeyRefused("This passkey is kept here already.")
    if len(passkeys_of(session, user.id)) >= MOST:
        raise PasskeyRefused(f"{MOST} passkeys are as many as one person has. Remove one first.")
    row = Passkey(
        user_id=user.id,
        credential_id=made.credential_id,
        public_key=made.credential_public_key,
        sign_count=made.sign_count,
        transports=_transports(credential),
        name=clean_line(name)[:60] or "Passkey",
        backed_up=made.credential_backed_up,
    )
    session.add(row)
    session.flush()
    about = f"passkey:{row.id.hex}"
    safety.note(session, user, "passkey.added", "passkey_added", facts={"passkey": row.name}, detail=row.name, about=about, by=by)
    return row


def authentication_options(session: Session, purpose: str, *, site: Site, user_id: UUID | None = None, ip: str = "") -> tuple[str, str]:
    """Give what the browser asks a passkey with, as JSON, and the token for its cookie.

    `purpose` is "sign_in" (whoever it is: the device offers what it has), "second", or "prove".
    """
    import webauthn
    from webauthn.helpers.structs import UserVerificationRequirement

    challenge = challenges.ask(session, purpose, user_id=user_id, ip=ip)
    options = webauthn.generate_authentication_options(
        rp_id=site.rp_id,
        challenge=challenge.value,
        allow_credentials=_described(passkeys_of(session, user_id)) if user_id is not None else None,
        user_verification=UserVerificationRequirement.PREFERRED if purpose == "second" else UserVerificationRequirement.REQUIRED,
    )
    return webauthn.options_to_json(options), challenge.token


def shown(session: Session, credential: str, *, token: str, purpose: str, site: Site, user_id: UUID | None = None) -> Passkey | None:
    """Give the passkey that signed the challenge of `token`, and note its use; None for anything that does not hold.

    The challenge is used up in any case. Where the passkey is all that is shown, the device has to have verified its user
    (by finger, face or PIN). A count of signatures that does not grow tells of a copy, and is refused.
    """
    import webauthn
    from webauthn.helpers.exceptions import WebAuthnException

    challenge = challenges.take(session, token, purpose, user_id=user_id)
    if challenge is None:
        return None
    try:
        given = json.loads(credential)
        row = session.scalar(select(Passkey).where(Passkey.credential_id == webauthn.base64url_to_bytes(given["rawId"])).with_for_update())
        handle = given["response"].get("userHandle")
        if row is None or (user_id is not None and row.user_id != user_id):
            return None
        if handle and webauthn.base64url_to_bytes(handle) != row.user_id.bytes:
            return None
        verified = webauthn.verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=site.rp_id,
            expected_origin=site.origin,
            credential_public_key=row.public_key,
            credential_current_sign_count=row.sign_count,
            require_user_verification=purpose != "second",
        )
    except (WebAuthnException, ValueError, KeyError, TypeError, AttributeError):
        return None
    count = verified.new_sign_count
    noted = session.execute(
        update(Passkey)
        .where(Passkey.id == row.id, or_(Passkey.sign_count < count, and_(Passkey.sign_count == 0, count == 0)))
        .values(sign_count=count, used_at=clock.now(), backed_up=verified.credential_backed_up)
        .execution_options(synchronize_session=False)
    )
    return row if noted.rowcount == 1 else None


def remove_passkey(session: Session, user: User, passkey: Passkey, *, by: Actor) -> Removed:
    """Forget a passkey; the device may still offer it, and it opens nothing.

    :raises StillRequired: when it is the last second factor of one whose role needs one.
    """
    refuse_the_last_of_the_required(session, user, left_without="passkey")
    session.execute(delete(Passkey).where(Passkey.id == passkey.id))
    safety.note(session, user, "passkey.removed", "passkey_removed", facts={"passkey": passkey.name}, detail=passkey.name, by=by)
    removed = after_removal(session, user)
    if removed.password_gone:
        safety.note(session, user, "user.password_removed", "password_removed", by=by)
    return removed


def _described(passkeys: list[Passkey]) -> list:
    from webauthn.helpers.structs import AuthenticatorTransport, PublicKeyCredentialDescriptor

    return [
        PublicKeyCredentialDescriptor(id=row.credential_id, transports=[AuthenticatorTransport(way) for way in row.transports] or None)
        for row in passkeys
    ]


def _transports(credential: str) -> list[str]:
    """Read how the device says it can be reached; what is not known is left out."""
    said = json.loads(credential).get("response", {}).get("transports") or []
    return [way for way in said if way in TRANSPORTS][:6] if isinstance(said, list) else []
