"""A real OpenID provider for tests, oidc-provider on Node.js: installed in tests/openid, or where OPENID_PROVIDER says."""

import json
import os
import shutil
import subprocess
from contextlib import contextmanager
from pathlib import Path

import pytest

HERE = Path(__file__).parent / "openid"


def installed() -> Path | None:
    """Give the folder whose node_modules has oidc-provider."""
    for folder in (Path(os.environ["OPENID_PROVIDER"]) if os.environ.get("OPENID_PROVIDER") else HERE, HERE):
        if (folder / "node_modules" / "oidc-provider").is_dir():
            return folder
    return None


@contextmanager
def running(*, client_id: str, client_secret: str, redirect_uris: list[str], people: dict[str, dict]):
    """Run the provider with one client; `people` are the claims by login. Gives the issuer."""
    folder, node = installed(), shutil.which("node")
    if folder is None or node is None:
        message = "no real OpenID provider here: npm install --prefix tests/openid, with Node.js 20 or later"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    given = {"client_id": client_id, "client_secret": client_secret, "redirect_uris": redirect_uris, "people": people}
    process = subprocess.Popen(
        [node, str(HERE / "provider.mjs"), json.dumps(given)],
        env={**os.environ, "OPENID_PROVIDER": str(folder)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        issuer = process.stdout.readline().strip()
        assert issuer.startswith("http://127.0.0.1:"), "the provider did not start"
        yield issuer
    finally:
        process.terminate()
        process.wait()
        process.stdout.close()
