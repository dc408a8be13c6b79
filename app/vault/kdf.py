"""Keys from passphrases and from other keys, in buffers that can be wiped."""

import secrets
import time
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace
from importlib import import_module
from math import ceil
from typing import Any, Final

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from app.conversation.passphrase import strength_of
from app.vault.errors import (
    PassphraseTooLong,
    TooLittleMemory,
    WeakPassphrase,
    WrongPassphrase,
)
from app.vault.memory import free_memory_kib

_argon2: Final[Any] = import_module("argon2.low_level")  # its buffers have no types

KEY_BYTES: Final = 32
SALT_BYTES: Final = 16
MAXIMUM_BYTES: Final = 1024
FASTEST_SECONDS: Final = 0.5
SLOWEST_SECONDS: Final = 1.0
_MIB: Final = 1024
_MEMORY_FAILED: Final = -22  # ARGON2_MEMORY_ALLOCATION_ERROR of argon2.h


@dataclass(frozen=True, slots=True)
class KdfParameters:
    """What Argon2id costs: memory in KiB, passes over it, lanes. Floor: RFC 9106, second choice."""

    memory_kib: int = 256 * _MIB
    passes: int = 3
    lanes: int = 4

    @property
    def safe(self) -> bool:
        """Not so cheap that guessing is easy, not so dear that a changed file can hang the machine."""
        return (
            FLOOR.memory_kib <= self.memory_kib <= 2 * 1024 * _MIB
            and FLOOR.passes <= self.passes <= 10
            and FLOOR.lanes <= self.lanes <= 8
        )


FLOOR: Final = KdfParameters(memory_kib=64 * _MIB)
LADDER: Final = (KdfParameters(), KdfParameters(memory_kib=128 * _MIB), FLOOR)
MOST_MEMORY_KIB: Final = 1024 * _MIB
MOST_PASSES: Final = 10


def wipe(*buffers: bytearray) -> None:
    """Overwrite the buffers in place."""
    for buffer in buffers:
        buffer[:] = bytes(len(buffer))


class HeldKey:
    """A key in two halves that say nothing apart: no piece of memory holds it while it is not used."""

    def __init__(self, key: bytearray) -> None:
        self._pad = bytearray(secrets.token_bytes(len(key)))
        self._rest = _xor(key, self._pad)

    def whole(self) -> bytearray:
        """The key; the caller wipes it."""
        return _xor(self._rest, self._pad)

    def wipe(self) -> None:
        wipe(self._pad, self._rest)


def _xor(one: bytearray, other: bytearray) -> bytearray:
    return bytearray(a ^ b for a, b in zip(one, other, strict=True))


def passphrase_bytes(passphrase: str, *, new: bool) -> bytearray:
    """The passphrase as UTF-8 in Unicode form NFC; a new one must not be weak (`app.conversation.passphrase`)."""
    normal = unicodedata.normalize("NFC", passphrase)
    try:
        data = bytearray(normal, "utf-8")
    except UnicodeEncodeError:  # half a surrogate pair: no keyboard makes it, and the error would quote it
        raise (WeakPassphrase if new else WrongPassphrase) from None
    if len(data) > MAXIMUM_BYTES:
        wipe(data)
        raise PassphraseTooLong
    if new and strength_of(normal) == "weak":
        wipe(data)
        raise WeakPassphrase
    return data


def argon2id(secret: bytearray, salt: bytes, cost: KdfParameters) -> bytearray:
    """32 bytes by Argon2id v1.3 (RFC 9106), written straight into a buffer the caller wipes."""
    out = bytearray(KEY_BYTES)
    ffi = _argon2.ffi
    view = {
        "out": ffi.from_buffer("uint8_t[]", out),
        "pwd": ffi.from_buffer("uint8_t[]", secret),
    }
    salted = ffi.new("uint8_t[]", salt)
    context = ffi.new(
        "argon2_context *",
        {
            "version": _argon2.ARGON2_VERSION,
            **view,
            "outlen": KEY_BYTES,
            "pwdlen": len(secret),
            "salt": salted,
            "saltlen": len(salt),
            "secret": ffi.NULL,
            "secretlen": 0,
            "ad": ffi.NULL,
            "adlen": 0,
            "t_cost": cost.passes,
            "m_cost": cost.memory_kib,
            "lanes": cost.lanes,
            "threads": cost.lanes,
            "allocate_cbk": ffi.NULL,
            "free_cbk": ffi.NULL,
            "flags": _argon2.lib.ARGON2_DEFAULT_FLAGS,
        },
    )
    result = _argon2.core(context, _argon2.Type.ID.value)
    if result != 0:
        wipe(out)
        if result == _MEMORY_FAILED:
            raise TooLittleMemory
        raise ValueError(f"Argon2id refused its parameters ({result})")
    return out


def calibrated(
    secret: bytearray,
    salt: bytes,
    *,
    derive: Callable[[bytearray, bytes, KdfParameters], bytearray] = argon2id,
    clock: Callable[[], float] = time.perf_counter,
    memory_kib: Callable[[], int] = free_memory_kib,
) -> tuple[bytearray, KdfParameters]:
    """A key and its cost: up from 256 MiB until it takes half a second, down to 64 where it takes over one.

    Down too where memory lacks. Memory goes up first, as far as a quarter of what is free, then the passes.
    """
    for cost in LADDER[:-1]:
        before = clock()
        try:
            key = derive(secret, salt, cost)
        except TooLittleMemory:
            continue
        took = clock() - before
        if took <= SLOWEST_SECONDS and cost != LADDER[0]:
            return key, cost
        if took <= SLOWEST_SECONDS:
            return _dearer(key, cost, took, lambda more: derive(secret, salt, more), clock, memory_kib())
        wipe(key)
    return derive(secret, salt, FLOOR), FLOOR


def _dearer(
    key: bytearray,
    cost: KdfParameters,
    took: float,
    derive: Callable[[KdfParameters], bytearray],
    clock: Callable[[], float],
    free_kib: int,
) -> tuple[bytearray, KdfParameters]:
    """The first cost above this one that takes half a second; the last that does not take over one."""
    while took < FASTEST_SECONDS and (more := _next(cost, took, free_kib)) is not None:
        before = clock()
        try:
            other = derive(more)
        except TooLittleMemory:
            break
        took = clock() - before
        if took > SLOWEST_SECONDS:
            wipe(other)
            break
        wipe(key)
        key, cost = other, more
    return key, cost


def _next(cost: KdfParameters, took: float, free_kib: int) -> KdfParameters | None:
    """Twice the memory, else as many passes as should do (at least one more); None at the top."""
    doubled = 2 * cost.memory_kib
    if cost.passes == FLOOR.passes and doubled <= min(MOST_MEMORY_KIB, free_kib // 4):
        return replace(cost, memory_kib=doubled)
    if cost.passes >= MOST_PASSES:
        return None
    wanted = ceil(cost.passes * FASTEST_SECONDS / max(took, 0.001))
    return replace(cost, passes=min(MOST_PASSES, max(cost.passes + 1, wanted)))


def hkdf(key: bytearray, purpose: str, salt: bytes | None = None) -> bytearray:
    """32 bytes derived from a key that is already strong (RFC 5869, SHA-256), one per purpose."""
    out = bytearray(KEY_BYTES)
    HKDF(SHA256(), KEY_BYTES, salt=salt, info=f"klankbord/{purpose}".encode()).derive_into(key, out)
    return out
