"""The keys, quietly: named in the colophon, on a page of their own, and switched off for good by who wants that."""


def test_the_list_names_its_keys_and_leads_to_all_of_them(client):
    operator = client.as_operator("viewer")
    page = operator.get("/console/customers/")
    assert "search" in "".join(page.find("span", class_="keys").itertext())
    keys = operator.get("/console/keys")
    assert keys.h1 == "Keys"
    assert "Search" in keys.text


def test_switched_off_they_are_off_on_every_page(client):
    operator = client.as_operator()
    page = operator.get("/console/profile")
    assert page.find("html").get("data-keys-off") is None
    sent = {name: value for name, value in page.form("/console/profile").items() if name != "keys"}
    operator.post("/console/profile", sent)
    assert operator.get("/console/customers/").find("html").get("data-keys-off") is not None


def test_strangers_are_sent_to_sign_in(client):
    assert client.get("/console/keys", status=303).location.startswith("/sign-in")
