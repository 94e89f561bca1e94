"""Time-ordered identifiers: UUID version 7 (RFC 9562, section 5.7)."""

import os
import struct
import threading
import time
from uuid import UUID, SafeUUID

_COUNTER_BITS = 42
_VERSION_AND_VARIANT = (7 << 76) | (2 << 62)
_NOISE = struct.Struct(">I")
_new, _set = object.__new__, object.__setattr__
_UNKNOWN = SafeUUID.unknown

_lock = threading.Lock()
_last_ms = 0
_counter = 0


def new_id() -> UUID:
    """Make one UUIDv7, greater than every one made before it in this process."""
    return _uuid(_reserve(1), int.from_bytes(os.urandom(4), "big"))


def new_ids(n: int) -> list[UUID]:
    """Make n UUIDv7 in ascending order.

    The 42 bits after the timestamp are a counter (RFC 9562, section 6.2, method 1) that starts
    at a random place each millisecond; the last 32 bits are random in each.
    """
    first = _reserve(n)
    return [_uuid(first + i, noise) for i, (noise,) in enumerate(_NOISE.iter_unpack(os.urandom(4 * n)))]


def from_hex(digits: str) -> UUID:
    """Read an id of its 32 hexadecimal digits, as SQLite keeps one."""
    return _of(int(digits, 16))


def new_hexes(n: int) -> list[str]:
    """Make n UUIDv7 as `new_ids` does, each written as its 32 hexadecimal digits: what a bulk write needs of them."""
    first = _reserve(n)
    noise = os.urandom(4 * n).hex()
    made: list[str] = []
    place = first
    while place < first + n:  # the first half of the digits stays the same for a thousand million
        after = min(first + n, ((place >> 30) + 1) << 30)
        ahead = f"{place >> _COUNTER_BITS:012x}7{place >> 30 & 0xFFF:03x}"
        low = place & 0x3FFF_FFFF | 0x8000_0000
        starts = range(8 * (place - first), 8 * (after - first), 8)
        made += [f"{ahead}{number:08x}{noise[at : at + 8]}" for number, at in zip(range(low, low + after - place), starts, strict=True)]
        place = after
    return made


def dashed(digits: str) -> str:
    """Write an id of its 32 hexadecimal digits with the dashes of its 36 characters."""
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def _reserve(n: int) -> int:
    """Take n consecutive places of the line made of milliseconds and counter; return the first."""
    global _last_ms, _counter
    with _lock:
        ms = time.time_ns() // 1_000_000
        if ms > _last_ms:
            _last_ms = ms
            # The top bit is left clear, so that there is room to count upwards.
            _counter = int.from_bytes(os.urandom(6), "big") >> (48 - _COUNTER_BITS + 1)
        first = (_last_ms << _COUNTER_BITS) + _counter
        _counter += n
        if _counter >> _COUNTER_BITS:
            _last_ms += _counter >> _COUNTER_BITS
            _counter &= (1 << _COUNTER_BITS) - 1
        return first


def _uuid(place: int, noise: int) -> UUID:
    """Lay 48 bits of time and 42 bits of counter around the version and variant."""
    ms, counter = place >> _COUNTER_BITS, place & ((1 << _COUNTER_BITS) - 1)
    high = counter >> 30
    low = counter & 0x3FFF_FFFF
    return _of((ms << 80) | (high << 64) | (low << 32) | noise | _VERSION_AND_VARIANT)


def _of(number: int) -> UUID:
    made = _new(UUID)  # UUID's own making checks what is so here, and takes four times as long: an import makes a million
    _set(made, "int", number)
    _set(made, "is_safe", _UNKNOWN)
    return made


def _fresh_counter_in_child() -> None:
    """Give a forked child its own lock and its own place to count from."""
    global _lock, _last_ms
    _lock = threading.Lock()
    _last_ms = 0


os.register_at_fork(after_in_child=_fresh_counter_in_child)
