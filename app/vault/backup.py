"""One encrypted file that holds a whole vault: its key file, then its database, under one MAC."""

import hashlib
import hmac
import os
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from app.vault.errors import Damaged, FileTaken, NotOurs, file_errors
from app.vault.files import make_empty_file, sync_folder
from app.vault.keyfile import LIMIT_BYTES, KeyFile, parse
from app.vault.keys import VaultKey

_MAGIC: Final = b"klankbord backup 1\n"
_LENGTH: Final = struct.Struct(">Q")
_MAC_BYTES: Final = 32
_PIECE: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Opened:
    """The head of a backup: `keys` as written, where the database starts and how long it is (bytes)."""

    file: KeyFile
    head: bytes
    mac: bytes
    start: int
    length: int


def read_head(source: Path) -> Opened:
    """Raises `NotOurs` for another kind of file, `Damaged` for one cut short. Does no key derivation."""
    with file_errors(), source.open("rb") as file:
        if file.read(len(_MAGIC)) != _MAGIC:
            raise NotOurs("backup")
        keys = file.readline(LIMIT_BYTES) + file.readline(LIMIT_BYTES)
        length, mac = file.read(_LENGTH.size), file.read(_MAC_BYTES)
        start = file.tell()
        end = file.seek(0, os.SEEK_END)
    if len(mac) != _MAC_BYTES or end - start != _LENGTH.unpack(length)[0]:
        raise Damaged("backup")
    return Opened(parse(keys), _MAGIC + keys + length, mac, start, end - start)


def extract(source: Path, opened: Opened, key: VaultKey, database: Path) -> None:
    """Write the database of a backup to a new file. Raises `Damaged` unless every byte is as it was made."""
    make_empty_file(database)
    digest = hashlib.sha256()
    with file_errors(), source.open("rb") as file, database.open("r+b") as out:
        file.seek(opened.start)
        while piece := file.read(_PIECE):
            digest.update(piece)
            out.write(piece)
        out.flush()
        os.fsync(out.fileno())
    if not hmac.compare_digest(key.backup_mac(opened.head + digest.digest()), opened.mac):
        raise Damaged("backup")


def write(target: Path, keys: KeyFile, key: VaultKey, database: Path) -> None:
    """Put key file and database together in `target`, which must not exist; whole or not at all."""
    part = target.with_name(f"{target.name}.part")
    with file_errors():
        if target.exists():
            raise FileTaken
        part.unlink(missing_ok=True)
        head = _MAGIC + keys.serialise() + _LENGTH.pack(database.stat().st_size)
    make_empty_file(part)
    try:
        with file_errors(), part.open("r+b") as out, database.open("rb") as file:
            out.write(head + bytes(_MAC_BYTES))
            digest = hashlib.sha256()
            while piece := file.read(_PIECE):
                digest.update(piece)
                out.write(piece)
            out.seek(len(head))
            out.write(key.backup_mac(head + digest.digest()))
            out.flush()
            os.fsync(out.fileno())
        with file_errors():
            part.rename(target)
        sync_folder(target.parent)
    finally:
        with file_errors():
            part.unlink(missing_ok=True)
