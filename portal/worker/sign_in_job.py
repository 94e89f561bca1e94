"""What signing in leaves behind: old links, codes, counted tries and forms that nobody came back for, forgotten in time."""

from portal.db import Database
from portal.domain import sign_in
from portal.domain.sign_in.forgetting import PIECE

SECONDS = 3600.0


def run(database: Database) -> bool:
    """Forget in pieces, so that nobody waits long for the writer's place; tell whether there was anything."""
    forgotten = False
    while gone := database.act(sign_in.forget):
        forgotten = True
        if gone < PIECE:
            break
    return forgotten
