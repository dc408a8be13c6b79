"""Keys from passphrases and from other keys, in buffers that can be wiped."""

import time
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Final

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from app.vault.errors import (
    PassphraseTooLong,
    TooLittleMemory,
    WeakPassphrase,
    WrongPassphrase,
)

_argon2: Final[Any] = import_module("argon2.low_level")  # its buffers have no types

KEY_BYTES: Final = 32
SALT_BYTES: Final = 16
MINIMUM_CHARACTERS: Final = 12
MAXIMUM_BYTES: Final = 1024
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


def wipe(*buffers: bytearray) -> None:
    """Overwrite the buffers in place."""
    for buffer in buffers:
        buffer[:] = bytes(len(buffer))


def passphrase_bytes(passphrase: str, *, new: bool) -> bytearray:
    """The passphrase as UTF-8 in Unicode form NFC; a new one must have at least twelve characters."""
    normal = unicodedata.normalize("NFC", passphrase)
    if new and len(normal) < MINIMUM_CHARACTERS:
        raise WeakPassphrase
    try:
        data = bytearray(normal, "utf-8")
    except UnicodeEncodeError:  # half a surrogate pair: no keyboard makes it, and the error would quote it
        raise (WeakPassphrase if new else WrongPassphrase) from None
    if len(data) > MAXIMUM_BYTES:
        wipe(data)
        raise PassphraseTooLong
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
) -> tuple[bytearray, KdfParameters]:
    """A key and its cost: 256 MiB; 128 or 64 where more takes over a second or memory lacks."""
    for cost in LADDER[:-1]:
        before = clock()
        try:
            key = derive(secret, salt, cost)
        except TooLittleMemory:
            continue
        if clock() - before <= SLOWEST_SECONDS:
            return key, cost
        wipe(key)
    return derive(secret, salt, FLOOR), FLOOR


def hkdf(key: bytearray, purpose: str, salt: bytes | None = None) -> bytearray:
    """32 bytes derived from a key that is already strong (RFC 5869, SHA-256), one per purpose."""
    out = bytearray(KEY_BYTES)
    HKDF(SHA256(), KEY_BYTES, salt=salt, info=f"klankbord/{purpose}".encode()).derive_into(key, out)
    return out
