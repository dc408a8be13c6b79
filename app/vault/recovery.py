"""The recovery code: 160 random bits, written so that a person can copy it from paper."""

import hashlib
import secrets
from dataclasses import dataclass, field
from typing import Final, Self

from app.vault.errors import MistypedRecoveryCode

CODE_BYTES: Final = 20
_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base32: no I, L, O, U
_LOOKALIKES: Final = str.maketrans("OIL", "011")
_BODY: Final = 32
_CHECK: Final = 4
_GROUP: Final = 4


@dataclass(frozen=True, slots=True)
class RecoveryCode:
    """The bits of a code. `text` is what is shown once; `repr` shows nothing."""

    secret: bytes = field(repr=False)

    @classmethod
    def new(cls) -> Self:
        return cls(secrets.token_bytes(CODE_BYTES))

    @classmethod
    def read(cls, typed: str) -> Self:
        """The code as a person typed it: any case, spaces and hyphens anywhere, O for 0, I and L for 1.

        Raises `MistypedRecoveryCode` when it cannot be a code; the check group finds a typing error.
        """
        clean = "".join(typed.upper().translate(_LOOKALIKES).replace("-", " ").split())
        if len(clean) != _BODY + _CHECK or not set(clean) <= set(_ALPHABET):
            raise MistypedRecoveryCode
        number = 0
        for character in clean[:_BODY]:
            number = number * 32 + _ALPHABET.index(character)
        code = cls(number.to_bytes(CODE_BYTES, "big"))
        if not secrets.compare_digest(_check(code.secret), clean[_BODY:]):
            raise MistypedRecoveryCode
        return code

    @property
    def text(self) -> str:
        """Nine groups of four characters; the last group is the check."""
        characters = _base32(int.from_bytes(self.secret, "big"), _BODY) + _check(self.secret)
        return "-".join(characters[at : at + _GROUP] for at in range(0, len(characters), _GROUP))


def _check(secret: bytes) -> str:
    digest = hashlib.sha256(b"klankbord/recovery-check" + secret).digest()
    return _base32(int.from_bytes(digest[:4], "big"), _CHECK)


def _base32(number: int, length: int) -> str:
    return "".join(_ALPHABET[(number >> (5 * place)) & 31] for place in reversed(range(length)))
