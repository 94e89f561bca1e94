"""Many tries with one link at the same moment: one gets in."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from sqlalchemy import func, select

from portal.model import BrowserSession
from tests.page_client import PageClient

MARTA = "marta@gruenwald.example"
AT_ONCE = 16


def test_one_link_posted_sixteen_times_at_once_starts_one_session(app, cast, client, database, mail_to):
    client.submit(client.get("/sign-in"), "/sign-in", {"email": MARTA})
    mail = mail_to(MARTA)
    browser = client.http.get_cookie("portal_browser").value
    start = Barrier(AT_ONCE)

    def use_it(_) -> int:
        racer = PageClient(app, cast)
        racer.http.set_cookie("portal_browser", browser)
        form = racer.follow(racer.get(mail.path, status=303)).form("/sign-in/link")
        start.wait()
        return racer.http.post("/sign-in/link", data=form).status_code

    with ThreadPoolExecutor(AT_ONCE) as pool:
        statuses = sorted(pool.map(use_it, range(AT_ONCE)))
    assert statuses == [303] + [410] * (AT_ONCE - 1)
    with database.reading() as db:
        assert db.scalar(select(func.count()).select_from(BrowserSession)) == 1


def test_a_code_tried_sixteen_times_at_once_is_tried_five_times(app, cast, client, database, mail_to):
    client.submit(client.get("/sign-in"), "/sign-in", {"email": MARTA})
    wrong = "000000" if mail_to(MARTA).code != "000000" else "000001"
    browser = client.http.get_cookie("portal_browser").value
    start = Barrier(AT_ONCE)

    def try_it(_) -> str:
        racer = PageClient(app, cast)
        racer.http.set_cookie("portal_browser", browser)
        form = racer.get("/sign-in/sent").form("/sign-in/sent") | {"code": wrong}
        start.wait()
        return racer.http.post("/sign-in/sent", data=form).get_data(as_text=True)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(try_it, range(AT_ONCE)))
    assert sum("no tries left" in answer for answer in answers) == AT_ONCE - 4
