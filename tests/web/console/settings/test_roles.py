"""Roles of one's own, and the page that says who may do what."""

from portal.domain import roles

BASE = "/console/settings/roles"


def made(client):
    owner = client.as_operator()
    return owner, owner.follow(owner.submit(owner.get(f"{BASE}/new"), BASE, {"name": "Wallet desk", "words": ["wallet.adjust"]}))


def test_a_role_is_made_shown_changed_and_ended(client, database):
    owner, page = made(client)
    assert "Wallet desk can be given to operators now." in page.text
    with database.reading() as session:
        key = roles.all(session)[-1].key
    form = owner.get(f"{BASE}/{key}/edit")
    ticked = {box.get("value") for box in form.find_all("input", name="words") if "checked" in box.attrib}
    assert ticked == {"wallet.adjust", "wallet.read", "customer.read"}
    said = owner.follow(owner.post(f"{BASE}/{key}", {"name": "Desk", "words": ["wallet.read"]}))
    assert "Desk is saved." in said.text
    owner.submit(owner.get(f"{BASE}/{key}/edit"), "/ending")
    owner.get(f"{BASE}/{key}/edit", status=404)


def test_the_form_says_what_is_missing(client):
    owner = client.as_operator()
    page = owner.post(BASE, {"name": ""}, status=422)
    assert "A name is missing" in page.text
    assert "Tick what the role may do." in owner.post(BASE, {"name": "Idle"}, status=422).text
    assert "There is a role called “owner” already." in owner.post(BASE, {"name": "owner", "words": ["wallet.read"]}, status=422).text


def test_the_products_own_roles_do_not_change(client):
    client.as_operator().post(f"{BASE}/viewer", {"name": "X", "words": ["wallet.adjust"]}, status=404)
    client.as_operator("manager").get(f"{BASE}/new", status=403)
    client.as_operator("viewer").get(BASE, status=403)


def test_who_may_do_what_is_read_from_the_routes(client):
    made(client)
    page = client.as_operator("support").get("/console/settings/permissions")
    for words in ("Approve what is above another operator's limit", "Invite an operator by mail", "Wallet desk", "Show one customer"[:4]):
        assert words in page.text
    client.as_operator("viewer").get("/console/settings/permissions", status=403)


def test_a_customers_people_read_what_each_role_may_do(client):
    page = client.as_person("viewer").get("/account/access")
    for words in ("What each role may do", "Billing manager", "Invite people to the portal"):
        assert words in page.text
