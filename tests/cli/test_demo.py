"""The demo company: what there is to look at when it comes up for the first time, and that it stays as it is afterwards."""

import pytest
from sqlalchemy import func, select

from portal.cli.demo import company
from portal.domain import actors, broadcasts, mail_log
from portal.model import Broadcast, Contact, EmailMessage, SavedView, User
from portal.values.sealed import Vault


@pytest.fixture
def demo(database, settings):
    """Make the company, or go on with it: demo()."""

    def make() -> None:
        with database.writing() as session:
            company.ensure(session, Vault(settings.secret_key))

    make()
    return make


def sent_and_draft(session) -> tuple[Broadcast, Broadcast]:
    sent, draft = session.scalars(select(Broadcast).order_by(Broadcast.created_at)).all()
    return sent, draft


def test_one_broadcast_is_done_and_one_is_a_draft_both_by_saved_views(database, demo):
    with database.reading() as session:
        sent, draft = sent_and_draft(session)
        assert (sent.state, draft.state, draft.count_state) == ("done", "draft", "counted")
        assert {sent.view, draft.view} == {str(view.id) for view in session.scalars(select(SavedView).where(SavedView.shared))}
        assert draft.counts["will"] == 3
        chiara = session.scalars(select(User).where(User.email == company.OPERATOR_EMAIL)).one()
        by = actors.operator(user_id=chiara.id, name=chiara.name, role="owner")
        assert [one.id for one in broadcasts.newest(session, by)] == [draft.id, sent.id]


def test_the_one_that_went_out_has_a_result_of_each_kind(database, demo):
    with database.reading() as session:
        sent, _ = sent_and_draft(session)
        result = broadcasts.result(session, sent)
        assert result.states == {"delivered": 4, "bounced": 1}
        assert result.left_since == 1
        assert result.waiting == 0
        assert sent.counts == {"customers": 4, "will": 5, "not": {"off": 2, "unverified": 1}}
        assert session.scalars(select(Contact.email).where(Contact.bounce_state == "soft")).all() == ["ekonomi@ember-foods.example"]


def test_what_went_out_was_opted_in_to_and_can_be_read(database, demo):
    with database.reading() as session:
        sent, _ = sent_and_draft(session)
        messages = session.scalars(select(EmailMessage).where(EmailMessage.broadcast_id == sent.id)).all()
        assert {one.from_address for one in messages} == {"billing@northwind.example"}
        text = mail_log.reread(session, messages[0], public_url="https://portal.example").text
        assert "Nothing has to be done." in text


def test_nothing_of_all_this_waits_to_be_sent(database, demo):
    with database.reading() as session:
        assert session.scalars(select(EmailMessage.letter).where(EmailMessage.state.not_in(("delivered", "bounced", "sent")))).all() == []


def test_started_again_it_goes_on_where_it_was(database, demo):
    def counts() -> list[int]:
        with database.reading() as session:
            return [session.scalar(select(func.count()).select_from(model)) for model in (Broadcast, SavedView, EmailMessage)]

    before = counts()
    demo()
    assert counts() == before
