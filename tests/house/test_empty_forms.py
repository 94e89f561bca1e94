"""A form that lacks every field, and a link of strange letters, are answered in words (a provider that is away is 503)."""

import pytest

from tests.house.test_nothing_changes import browsers, form_token, requests, rows, unsafe  # noqa: F401

ENDS_IT = {"sign_in.destroy"}
STRANGE = ("x\x1cy", "é\x03", "\x7f", '";\\', "語" * 60, "x" * 900, "%0d%0aSet-Cookie: a=b")


@pytest.mark.parametrize("who", ["nobody", "operator", "person"])
def test_a_form_with_nothing_in_it_is_no_fault_of_ours(app, rows, browsers, who):  # noqa: F811
    http = browsers[who]
    for endpoint, path in unsafe(app, rows):
        if endpoint not in ENDS_IT:
            status = http.post(path, data={"csrf_token": form_token(http)}).status_code
            assert status != 500, f"POST {path} ({endpoint}) by {who}: {status}"


@pytest.mark.parametrize("kind", ["link", "invite"])
@pytest.mark.parametrize("token", STRANGE)
def test_a_link_of_strange_letters_makes_a_header_that_a_server_can_send(client, kind, token):
    answer = client.http.get(f"/sign-in/{kind}/{token}")
    assert answer.status_code == 303
    for line in answer.headers.getlist("Set-Cookie"):
        assert line.isascii(), line
        assert line.isprintable(), line
    assert client.http.get(f"/sign-in/{kind}").status_code == 410
