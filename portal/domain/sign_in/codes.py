"""The six digits in a sign-in mail: good once, in the browser that asked, for five tries."""

import os
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from portal.domain.sign_in.asking import LIVES
from portal.model import SignInRequest
from portal.values import clock, tokens

TRIES = 5


@dataclass(frozen=True)
class CodeAnswer:
    """Whether a code was right, and how many tries are left where it was not."""

    right: bool
    left: int = 0


def mint_code(session: Session, request_id: UUID, secret_key: bytes) -> str:
    """Set a fresh code on a request, for the mail that is about to go out; it and the request live ten minutes from now."""
    code = tokens.new_code()
    request = session.get_one(SignInRequest, request_id)
    request.code_salt = os.urandom(32)
    request.code_digest = tokens.code_digest(secret_key, request.code_salt, code)
    request.code_tries = 0
    request.expires_at = clock.now() + LIVES
    session.flush()
    return code


def use_code(session: Session, request_id: UUID, code: str, secret_key: bytes) -> CodeAnswer:
    """Try a code, and spend the request when it is the right one. The try is counted first, so that tries at once count each."""
    open_still = (
        SignInRequest.id == request_id,
        SignInRequest.used_at.is_(None),
        SignInRequest.expires_at > clock.now(),
    )
    counted = session.execute(
        update(SignInRequest)
        .where(*open_still, SignInRequest.code_tries < TRIES)
        .values(code_tries=SignInRequest.code_tries + 1)
        .execution_options(synchronize_session=False)
    )
    if counted.rowcount != 1:
        return CodeAnswer(right=False)
    request = session.get_one(SignInRequest, request_id, populate_existing=True)
    digest = tokens.code_digest(secret_key, request.code_salt or b"", "".join(code.split()))
    if not tokens.matches(digest, request.code_digest or b""):
        return CodeAnswer(right=False, left=TRIES - request.code_tries)
    spent = session.execute(
        update(SignInRequest).where(*open_still).values(used_at=clock.now()).execution_options(synchronize_session=False)
    )
    return CodeAnswer(right=spent.rowcount == 1)
