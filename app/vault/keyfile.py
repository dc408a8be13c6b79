"""The key file as a value: what is in it, how it is written, and what is refused before any work is done."""

import hashlib
import json
from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from app.vault.errors import Damaged, NewerVersion, UnsafeKeys
from app.vault.kdf import KdfParameters

FORMAT: Final = 1
LIMIT_BYTES: Final = 8 * 1024

Kind = Literal["passphrase", "recovery"]


@dataclass(frozen=True, slots=True)
class Slot:
    """The vault key wrapped once: under a passphrase (with its Argon2id cost) or under a recovery code."""

    id: int
    kind: Kind
    salt: bytes
    nonce: bytes
    wrapped: bytes
    kdf: KdfParameters | None = None


@dataclass(frozen=True, slots=True)
class KeyFile:
    """Everything needed to open a vault except the passphrase. `mac` is over all the rest."""

    vault_id: bytes
    generation: int
    slots: tuple[Slot, ...]
    commitment: bytes
    mac: bytes = b""

    def authenticated(self) -> bytes:
        """What the MAC covers: every field but the MAC itself."""
        return _canonical(_plain(self))

    def serialise(self) -> bytes:
        """One line of JSON and one line with its SHA-256, which tells damage from a wrong passphrase."""
        line = _canonical({**_plain(self), "mac": self.mac.hex()})
        return line + b"\n" + hashlib.sha256(line).hexdigest().encode() + b"\n"


def slot_data(vault_id: bytes, slot_id: int, kind: Kind, kdf: KdfParameters | None) -> bytes:
    """What the wrapping of a slot is bound to: format, vault, slot and KDF cost."""
    return _canonical(
        {
            "format": FORMAT,
            "vault": vault_id.hex(),
            "slot": slot_id,
            "kind": kind,
            "kdf": _cost(kdf),
        }
    )


def parse(data: bytes) -> KeyFile:
    """Read a key file. Raises `Damaged`, `NewerVersion` or `UnsafeKeys`; does no key derivation."""
    line, newline, check = data.partition(b"\n")
    if len(data) > LIMIT_BYTES or not newline:
        raise Damaged("key_file")
    if check != hashlib.sha256(line).hexdigest().encode() + b"\n":
        raise Damaged("key_file")
    _refuse_newer(line)
    try:
        model = _FileModel.model_validate_json(line)
    except ValidationError:
        raise Damaged("key_file") from None
    file = model.value()
    if any(slot.kdf is not None and not slot.kdf.safe for slot in file.slots):
        raise UnsafeKeys
    if file.serialise() != data:
        raise Damaged("key_file")
    return file


def _refuse_newer(line: bytes) -> None:
    try:
        version = _VersionModel.model_validate_json(line).format
    except ValidationError:
        raise Damaged("key_file") from None
    if version > FORMAT:
        raise NewerVersion("key_file")


def _canonical(value: dict[str, Any]) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode("ascii")


def _plain(file: KeyFile) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "vault": file.vault_id.hex(),
        "generation": file.generation,
        "slots": [_plain_slot(slot) for slot in file.slots],
        "commitment": file.commitment.hex(),
    }


def _plain_slot(slot: Slot) -> dict[str, Any]:
    return {
        "id": slot.id,
        "kind": slot.kind,
        "salt": slot.salt.hex(),
        "nonce": slot.nonce.hex(),
        "wrapped": slot.wrapped.hex(),
        "kdf": _cost(slot.kdf),
    }


def _cost(kdf: KdfParameters | None) -> dict[str, int] | None:
    return None if kdf is None else {"memory_kib": kdf.memory_kib, "passes": kdf.passes, "lanes": kdf.lanes}


class _Strict(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, hide_input_in_errors=True)


class _VersionModel(BaseModel):
    model_config = ConfigDict(strict=True, extra="ignore", hide_input_in_errors=True)
    format: int


class _KdfModel(_Strict):
    memory_kib: int
    passes: int
    lanes: int


_Hex12 = Annotated[str, Field(pattern=r"^[0-9a-f]{24}$")]
_Hex16 = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
_Hex32 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
_Hex48 = Annotated[str, Field(pattern=r"^[0-9a-f]{96}$")]


class _SlotModel(_Strict):
    id: Annotated[int, Field(ge=1, le=255)]
    kind: Kind
    salt: _Hex16
    nonce: _Hex12
    wrapped: _Hex48
    kdf: _KdfModel | None

    def value(self) -> Slot:
        if (self.kdf is None) == (self.kind == "passphrase"):
            raise Damaged("key_file")
        kdf = None if self.kdf is None else KdfParameters(self.kdf.memory_kib, self.kdf.passes, self.kdf.lanes)
        return Slot(
            self.id,
            self.kind,
            _raw(self.salt),
            _raw(self.nonce),
            _raw(self.wrapped),
            kdf,
        )


class _FileModel(_Strict):
    format: Annotated[int, Field(ge=1)]
    vault: _Hex16
    generation: Annotated[int, Field(ge=1, le=2**53)]
    slots: Annotated[list[_SlotModel], Field(min_length=1, max_length=8)]
    commitment: _Hex32
    mac: _Hex32

    def value(self) -> KeyFile:
        slots = tuple(slot.value() for slot in self.slots)
        if len({slot.id for slot in slots}) != len(slots):
            raise Damaged("key_file")
        return KeyFile(
            _raw(self.vault),
            self.generation,
            slots,
            _raw(self.commitment),
            _raw(self.mac),
        )


def _raw(text: str) -> bytes:
    return bytes.fromhex(text)
