"""Documents written anew after a change of what customers are found by: a worker does it in pieces, so that nobody waits."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain.search.documents import index
from portal.model import Customer, Setting

KEY = "search_renewal"
PIECE = 500


def ask(session: Session) -> None:
    """Have the documents of all customers looked at again; from the beginning, where that is being done already."""
    kept = session.get(Setting, KEY, with_for_update=True, populate_existing=True)
    if kept is None:
        session.add(Setting(key=KEY, value=UUID(int=0).hex))
    else:
        kept.value = UUID(int=0).hex
    session.flush()


def waiting(session: Session) -> bool:
    """Tell whether there are documents to look at."""
    return bool(session.scalar(select(Setting.value).where(Setting.key == KEY)))


def renew(session: Session, limit: int = PIECE) -> int:
    """Look at the next documents, by their customers' ids; give how many. After the last the row says that nothing waits."""
    kept = session.get(Setting, KEY, with_for_update=True, populate_existing=True)
    if kept is None or not kept.value:
        return 0
    following = select(Customer.id).where(Customer.id > UUID(kept.value)).order_by(Customer.id).limit(limit)
    found = list(session.scalars(following))
    index(session, found)
    kept.value = found[-1].hex if len(found) == limit else ""
    return len(found)
