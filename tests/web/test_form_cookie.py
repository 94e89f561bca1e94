"""The cookie of a browser's forms."""

from flask import Response, flash, session


def test_a_browser_that_never_opens_a_page_is_told_the_last_five_words_only(app):
    with app.test_request_context("/"):
        for number in range(200):
            flash(f"{number} EUR added.")
        answer = Response()
        app.session_interface.save_session(app, session._get_current_object(), answer)
        assert [text for _, text in session["_flashes"]] == [f"{number} EUR added." for number in range(195, 200)]
    assert len(answer.headers["Set-Cookie"]) < 1000
