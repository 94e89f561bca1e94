"""Kept URLs are those that Flask builds, wherever the application is mounted."""

from uuid import UUID

from flask import url_for

from portal.web.kept_urls import fixed_url, row_url

ONE, OTHER = UUID(int=1), UUID(int=2)


def test_they_are_what_flask_builds(app):
    for root in ("/", "/below", "/"):
        with app.test_request_context("/", base_url=f"http://localhost{root}"):
            for _ in range(2):
                assert fixed_url("console.customers.index") == url_for("console.customers.index")
                assert fixed_url("sign_in.destroy", side="portal") == url_for("sign_in.destroy", side="portal")
            for first, second in ((ONE, OTHER), (OTHER, ONE)):
                ids = {"customer_id": first, "wallet_id": second}
                assert row_url("console.wallets.show", **ids) == url_for("console.wallets.show", **ids)
