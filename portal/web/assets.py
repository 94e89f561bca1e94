"""Our style sheets, scripts, font and icons: built in memory at the start, served under names that change with their content."""

import gzip
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from flask import Blueprint, Flask, Response, abort, current_app, request

from portal.paths import STATIC
from portal.web.kept_urls import fixed_url

CSS = [
    *["tokens", "base", "sheet", "head", "contents", "words", "button", "field", "tick", "editor", "form", "search", "menu", "tabs"],
    *["ledger", "pager", "empty", "bones", "facts", "tree", "timeline", "chart", "scale", "leaders", "notice", "toast", "progress"],
    *["dialog", "matrix", "mail", "portal", "letter", "phone", "page"],
]
SCRIPTS = ["csrf", "menu", "toasts", "busy", "drafts", "ticks", "keys", "editor", "drop"]
APART = ("styleguide.css", "balance.js", "copy.js", "passkeys.js", "visit.css", "letters.css", "brands.css")
"""What one page needs and no other: served on its own, and named in the head of that page."""
FIRST = "vendor/htmx.min.js"
MIMETYPES = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml", "woff2": "font/woff2"}
PACKED = {"css", "js", "svg"}
FOREVER = "public, max-age=31536000, immutable"

bp = Blueprint("assets", __name__, url_prefix="/assets")


@dataclass(frozen=True)
class Asset:
    """One file as it is sent: `path` is its name with the hash in it."""

    name: str
    path: str
    mimetype: str
    body: bytes
    packed: bytes | None

    @classmethod
    def of(cls, name: str, body: bytes) -> "Asset":
        """Name a body by its hash; pack it where that makes it smaller."""
        stem, _, ending = name.rpartition(".")
        packed = gzip.compress(body, 9, mtime=0) if ending in PACKED else b""
        return cls(
            name=name,
            path=f"{stem}.{hashlib.sha256(body).hexdigest()[:12]}.{ending}",
            mimetype=MIMETYPES[ending],
            body=body,
            packed=packed if packed and len(packed) < len(body) else None,
        )


class Assets:
    """All assets of a directory, built once; in debug again when one of their sources has changed."""

    def __init__(self, directory: Path = STATIC, watch: bool = False):
        self.directory = directory
        self.watch = watch
        self._built_of: tuple = ()
        self._build()

    def named(self, name: str) -> Asset:
        """Give an asset by its plain name ("app.css").

        :raises KeyError: when there is none of this name.
        """
        self._look()
        return self._by_name[name]

    def at(self, path: str) -> Asset | None:
        """Give the asset that is served at a hashed name, or None."""
        self._look()
        return self._by_path.get(path)

    def __iter__(self):
        return iter(self._by_name.values())

    def _look(self) -> None:
        if self.watch and self._stamp() != self._built_of:
            self._build()

    def _stamp(self) -> tuple:
        return tuple(sorted((str(path), path.stat().st_mtime_ns) for path in self.directory.rglob("*") if path.is_file()))

    def _build(self) -> None:
        self._built_of = self._stamp() if self.watch else ()
        kept = [*self.directory.glob("fonts/*.woff2"), *self.directory.glob("icons/*.svg")]
        built = {path.name: Asset.of(path.name, path.read_bytes()) for path in sorted(kept)}
        built["app.css"] = Asset.of("app.css", self._styles(CSS, built).encode())
        built["app.js"] = Asset.of("app.js", self._script().encode())
        for name in APART:
            stem, _, ending = name.rpartition(".")
            built[name] = Asset.of(name, (self._styles([stem], built) if ending == "css" else self._own(stem)).encode())
        self._by_name = built
        self._by_path = {asset.path: asset for asset in built.values()}

    def _styles(self, names: list[str], built: dict[str, Asset]) -> str:
        css = squeezed("\n".join((self.directory / "css" / f"{name}.css").read_text() for name in names))
        return re.sub(r"url\(\"?\.\./(?:fonts|icons)/([^\")]+)\"?\)", lambda match: f'url("{built[match[1]].path}")', css)

    def _script(self) -> str:
        parts = [re.sub(r"\n//# sourceMappingURL=.*", "", (self.directory / FIRST).read_text())]
        return ";\n".join([*parts, *map(self._own, SCRIPTS)])

    def _own(self, name: str) -> str:
        """Give a script of ours, its names kept to itself."""
        return "(() => {\n" + without_comments((self.directory / "js" / f"{name}.js").read_text()) + "\n})()"


def squeezed(css: str) -> str:
    """Take comments and needless white space out of a style sheet; strings stay as they are."""
    pieces = re.split(r'("[^"]*")', re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL))
    for at in range(0, len(pieces), 2):
        piece = re.sub(r"\s+", " ", pieces[at])
        piece = re.sub(r"\s*([{};,>])\s*", r"\1", piece)
        pieces[at] = re.sub(r":\s+", ":", piece).replace(";}", "}")
    return "".join(pieces).strip()


def without_comments(script: str) -> str:
    """Take whole-line comments and indentation out of a script of ours; it has no text that runs over several lines."""
    lines = (line.strip() for line in script.splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("//"))


@bp.get("/<path:path>")
def show(path: str) -> Response:
    """Send an asset, packed where the browser takes it, to be kept for good."""
    asset = current_app.extensions["assets"].at(path)
    if asset is None:
        abort(404)
    packed = asset.packed is not None and request.accept_encodings["gzip"] > 0
    response = Response(asset.packed if packed else asset.body, mimetype=asset.mimetype)
    if asset.packed is not None:
        response.vary.add("Accept-Encoding")
    if packed:
        response.content_encoding = "gzip"
    response.headers["Cache-Control"] = FOREVER
    response.set_etag(asset.path + ("-gz" if packed else ""))
    return response.make_conditional(request)


show.permission = "public"


def asset_url(name: str) -> str:
    """Give the URL of an asset by its plain name.

    :raises KeyError: when there is none of this name.
    """
    return fixed_url("assets.show", path=current_app.extensions["assets"].named(name).path)


def init_app(app: Flask, directory: Path = STATIC) -> None:
    """Build the assets and serve them."""
    app.extensions["assets"] = Assets(directory, watch=app.debug)
    app.jinja_env.globals["asset_url"] = asset_url
    app.register_blueprint(bp)
