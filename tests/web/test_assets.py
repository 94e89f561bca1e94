"""The bundles: hashed, packed, small, kept for good, renewed when a source changes."""

import gzip
import hashlib
import os
import re
import shutil

import pytest
from flask import Flask

from portal.paths import STATIC
from portal.web import assets


@pytest.fixture
def app():
    app = Flask("portal", static_folder=None)
    assets.init_app(app)
    return app


def url_of(app, name):
    with app.test_request_context():
        return assets.asset_url(name)


@pytest.mark.parametrize("name", ["app.css", "app.js", "ledger-figures.woff2", "portal.svg"])
def test_an_asset_is_served_under_the_hash_of_its_content(app, name):
    answer = app.test_client().get(url_of(app, name))
    assert answer.status_code == 200
    assert hashlib.sha256(answer.data).hexdigest()[:12] in url_of(app, name)
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"


@pytest.mark.parametrize("name", ["app.css", "app.js"])
def test_a_bundle_is_sent_packed_to_those_who_take_it(app, name):
    client = app.test_client()
    plain = client.get(url_of(app, name))
    packed = client.get(url_of(app, name), headers={"Accept-Encoding": "gzip, br"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert "Content-Encoding" not in client.get(url_of(app, name), headers={"Accept-Encoding": "gzip;q=0"}).headers


def test_an_asset_that_the_browser_has_is_not_sent_again(app):
    client = app.test_client()
    tag = client.get(url_of(app, "app.css")).headers["ETag"]
    assert client.get(url_of(app, "app.css"), headers={"If-None-Match": tag}).status_code == 304


@pytest.mark.parametrize("path", ["app.css", "app.000000000000.css", "../portal/app.py", "css/tokens.css"])
def test_other_names_are_not_found(app, path):
    assert app.test_client().get(f"/assets/{path}").status_code == 404


def test_the_styles_weigh_at_most_14_kb_and_all_first_files_30_kb():
    built = assets.Assets()
    assert len(built.named("app.css").packed) <= 14_000
    first = [built.named(name) for name in ("app.css", "app.js", "ledger-figures.woff2")]
    assert sum(len(asset.packed or asset.body) for asset in first) <= 30_000


def test_every_source_is_in_a_bundle():
    assert {path.name for path in STATIC.glob("css/*.css")} == {f"{name}.css" for name in assets.CSS} | _apart("css")
    assert {path.name for path in STATIC.glob("js/*.js")} == {f"{name}.js" for name in assets.SCRIPTS} | _apart("js")


def _apart(ending):
    return {name for name in assets.APART if name.endswith(ending)}


def test_what_one_page_needs_is_served_apart(app):
    built = assets.Assets()
    assert ".swatches" in built.named("styleguide.css").body.decode()
    assert ".swatches" not in built.named("app.css").body.decode()
    assert "data-balance" in built.named("balance.js").body.decode()
    assert app.test_client().get(url_of(app, "balance.js")).mimetype == "text/javascript"


def test_the_font_is_named_by_its_hash_in_the_styles():
    built = assets.Assets()
    assert f'url("{built.named("ledger-figures.woff2").path}")' in built.named("app.css").body.decode()


def test_vendored_files_are_those_whose_hash_is_written_down():
    written = (STATIC / "vendor" / "README.md").read_text()
    for path in STATIC.glob("vendor/*.js"):
        assert hashlib.sha256(path.read_bytes()).hexdigest() in written, f"write the version and hash of {path.name} into README.md"


def test_squeezing_leaves_strings_and_selectors_alone():
    assert assets.squeezed('/* no */ .a  .b > c { content: "a  :  b" ; color : red; }') == '.a .b>c{content:"a  :  b";color :red}'


def test_styles_know_no_left_and_right():
    physical = re.compile(r"(?<![-\w])(margin|padding|border)-(left|right|top|bottom)\b|(?<![-\w])(left|right|top|bottom|width|height)\s*:")
    for path in STATIC.glob("css/*.css"):
        assert not physical.search(path.read_text()), f"{path.name}: use logical properties (inline-size, inset-inline-start, ...)"


def test_in_debug_a_changed_source_makes_a_new_bundle(tmp_path):
    directory = tmp_path / "static"
    shutil.copytree(STATIC, directory)
    built = assets.Assets(directory, watch=True)
    before = built.named("app.css").path
    page = directory / "css" / "page.css"
    page.write_text(page.read_text() + "@layer page { .new { color: red; } }")
    os.utime(page, ns=(1, 1))
    assert built.named("app.css").path != before
    assert built.at(before) is None
