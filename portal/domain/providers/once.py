"""Answers of providers are good once, whatever the browser keeps of before."""

from datetime import timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from portal.domain.providers.refusals import AnsweredAlready
from portal.model import Attempt, IdentityProvider
from portal.values import clock, tokens

KIND = "openid_answer"
KEPT = timedelta(hours=1)


def spend(session: Session, provider: IdentityProvider, state: str) -> None:
    """Use the state of a sign-in up. Those who bring one at once stand in line at the provider's row.

    :raises AnsweredAlready: when it was used before.
    """
    session.execute(select(IdentityProvider.id).where(IdentityProvider.id == provider.id).with_for_update(key_share=True))
    digest = tokens.digest(state).hex()
    if session.scalar(select(Attempt.id).where(Attempt.kind == KIND, Attempt.counted_by == digest)) is not None:
        raise AnsweredAlready
    session.execute(delete(Attempt).where(Attempt.kind == KIND, Attempt.at < clock.now() - KEPT))
    session.add(Attempt(kind=KIND, counted_by=digest))
    session.flush()
