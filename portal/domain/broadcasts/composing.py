"""Writing a broadcast: made as a draft, changed as long as it is one, removed."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from portal.domain import audit, topics
from portal.domain.actors import Actor
from portal.domain.broadcasts.letter import check_words
from portal.domain.broadcasts.refusals import BroadcastChanged, NotInThisState, WordsUnfit
from portal.domain.broadcasts.segments import choices
from portal.domain.errors import NotFound, Refusal
from portal.domain.letters import Words
from portal.model import Broadcast
from portal.values import clock
from portal.values.text import clean, clean_line


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What an operator writes: a name for the list, which view, which topic, whose customers alone, and the words.

    `time_zone` is the operator's, for the days in the view's filters.
    """

    name: str
    view: str
    topic: str
    business_entity_id: UUID | None
    words: Words
    time_zone: str = "UTC"


def create(session: Session, draft: Draft, *, by: Actor) -> Broadcast:
    """Make a draft; who will get it is counted by the worker.

    :raises WordsUnfit, Refusal: for words that are no letter, a view or topic that is not offered.
    """
    made = Broadcast(**_columns(session, draft, by), author_user_id=by.user_id, author_name=by.name[:255])
    session.add(made)
    session.flush()
    audit.record(session, "broadcast.created", by=by, subject=made, subject_name=made.name, facts=_facts(made))
    return made


def change(session: Session, broadcast: Broadcast, draft: Draft, *, version: int, by: Actor) -> None:
    """Change a draft, and have it counted anew.

    :raises BroadcastChanged, NotInThisState: when somebody else was faster, or it is a draft no more.
    :raises WordsUnfit, Refusal: as `create` does.
    """
    before = _shown(broadcast)
    columns = _columns(session, draft, by)
    claim(session, broadcast, "draft", version, **columns, count_state="counting", count_place="", counts={}, counted_at=None)
    if changes := audit.differences(before, _shown(broadcast)):
        audit.record(session, "broadcast.changed", by=by, subject=broadcast, subject_name=broadcast.name, changes=changes)


def remove(session: Session, broadcast: Broadcast, *, version: int, by: Actor) -> None:
    """Take a draft away.

    :raises BroadcastChanged, NotInThisState: as `change` does.
    """
    claim(session, broadcast, "draft", version, removed_at=clock.now())
    audit.record(session, "broadcast.removed", by=by, subject=broadcast, subject_name=broadcast.name)


def claim(session: Session, broadcast: Broadcast, was: str, version: int, **values: object) -> None:
    """Change a broadcast where it is still in a state and of the version that was seen: one guarded statement.

    :raises NotInThisState, BroadcastChanged: where it is not.
    """
    session.flush()
    here = (Broadcast.id == broadcast.id, Broadcast.state == was, Broadcast.version == version, Broadcast.removed_at.is_(None))
    done = session.execute(
        update(Broadcast).where(*here).values(version=version + 1, **values).execution_options(synchronize_session=False)
    )
    session.refresh(broadcast)
    if not done.rowcount:
        raise NotInThisState if broadcast.state != was or broadcast.removed_at is not None else BroadcastChanged


def _columns(session: Session, draft: Draft, by: Actor) -> dict[str, object]:
    said = Words(clean_line(draft.words.subject), clean_line(draft.words.preheader), clean(draft.words.body))
    if faults := check_words(said):
        raise WordsUnfit(faults)
    topic = topics.choices(session).get(draft.topic)
    if topic is None:
        raise Refusal("This topic is not offered any more. Choose another one.", field="topic")
    view = choices(session, by).get(draft.view)
    if view is None:
        raise Refusal("This view was removed. Choose another one.", field="view")
    if draft.business_entity_id is not None and not by.reaches(draft.business_entity_id):
        raise NotFound
    return {
        "name": draft.name,
        "topic": topic.key,
        "subject": said.subject,
        "preheader": said.preheader,
        "body": said.body,
        "view": draft.view,
        "view_name": view[0],
        "query": view[1],
        "time_zone": draft.time_zone,
        "business_entity_id": draft.business_entity_id,
        "within": None if by.entity_ids is None else sorted(str(one) for one in by.entity_ids),
    }


def _shown(broadcast: Broadcast) -> dict[str, object]:
    return {"name": broadcast.name, "subject": broadcast.subject, **_facts(broadcast), "body": broadcast.body}


def _facts(broadcast: Broadcast) -> dict[str, object]:
    return {"topic": broadcast.topic, "view": broadcast.view_name}
