"""Mail is neither lost nor sent twice though its worker is killed at any moment, but for the one window that cannot be closed."""

from tests.soak import mail


def test_five_kills_over_a_hundred_messages_lose_none_and_double_no_more_than_stood_in_the_window(database):
    counted = mail.run(database.url.render_as_string(hide_password=False), number=100, kills=5, workers=1, lanes=2)
    assert counted.kills == 5
    assert (counted.lost, counted.sent) == (0, 100)
    assert counted.doubles <= counted.kills * 2
