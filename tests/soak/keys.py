"""Many processes post the same keys: each key is one entry, and everybody is given that one."""

import random
import time
from functools import partial
from uuid import UUID

from tests.soak.crowd import FORKED, SECONDS, crowd
from tests.soak.office import Office, Outcome, Tally, audited, joined, told, unless


def run(url: str, *, writers: int = 8, keys: int = 200) -> Outcome:
    """Let `writers` processes post the same `keys`, half of them in the same order, half in any."""
    office = Office.open(url)
    met, began = FORKED.Barrier(writers), time.perf_counter()
    done = crowd(partial(_write, office, writer, keys, met) for writer in range(writers))
    seconds = time.perf_counter() - began
    answers = [given for _, given in done]
    differing = sum(len({given.get(key) for given in answers}) > 1 for key in range(keys))
    books = audited(url)
    faults = unless(not differing, f"{differing} keys were answered in different ways")
    faults += unless(books.figures["entries"] == keys, f"{keys} keys made {books.figures['entries']} entries")
    faults += unless(not sum(tally.refused for tally, _ in done), "calls were refused")
    figures = {"keys": keys, "replays": writers * keys - int(books.figures["entries"]), "differing": differing}
    return joined(told([tally for tally, _ in done], seconds), Outcome(figures, faults), books)


def _write(office: Office, writer: int, keys: int, met) -> tuple[Tally, dict[int, UUID]]:
    tally, given, order = Tally(), {}, list(range(keys))
    if writer % 2:
        random.Random(writer).shuffle(order)
    with office.database() as database:
        database.engine.connect().close()
        met.wait(SECONDS)
        for key in order:
            given[key] = tally.call(partial(office.adjust, database, office.wallet_ids[0], 100 + key, f"shared-{key}"))
    return tally, given
