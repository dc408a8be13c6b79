"""The process that gets a model: the only one of this program that connects to another machine.

Started by getting.py. One JSON line comes in, the name of a model in the catalogue and a folder; JSON lines of
progress go out. What may be fetched, and from where, stands in this program's own catalogue: whoever starts the
process cannot send it anywhere else. When its input ends, it ends: that is a pause.
"""

import json
import os
import ssl
import sys
import threading
from dataclasses import asdict
from pathlib import Path
from typing import BinaryIO

from app.models.catalogue import Catalogue, CatalogueError, load_catalogue
from app.models.download import Download, FetchError, Patience, Told
from app.models.folder import ModelFolder
from app.vault.errors import InUse, VaultError

HOME = Path(__file__).resolve().parents[2]


def run(catalogue: Catalogue, tls: ssl.SSLContext, patience: Patience, incoming: BinaryIO, outgoing: BinaryIO) -> None:
    """Read the job, do it, and say how it ended: a line of `kind` done, or failed with a `code`."""

    def tell(kind: str, **values: object) -> None:
        outgoing.write(json.dumps({"kind": kind, **values}).encode("ascii") + b"\n")
        outgoing.flush()

    def progress(told: Told) -> None:
        tell("progress", **asdict(told))

    try:
        job = json.loads(incoming.readline())
        name, place = str(job["name"]), str(job["folder"])
    except (ValueError, KeyError, TypeError):
        name = place = ""
    entry, folder = catalogue.find(name), ModelFolder(Path(place))
    if entry is None:
        tell("failed", code="unknown_model")
        return
    threading.Thread(target=_end_with, args=(incoming,), daemon=True).start()
    try:
        lock = folder.lock()
    except InUse:
        tell("failed", code="busy")
        return
    except VaultError:
        tell("failed", code="no_folder")
        return
    try:
        pin = Download(catalogue, entry, folder, tls, patience).run(progress)
        tell("done", sha256=pin.sha256, size=pin.size)
    except FetchError as error:
        tell("failed", code=error.code)
    except OSError:
        tell("failed", code="no_folder")
    finally:
        lock.release()


def _end_with(incoming: BinaryIO) -> None:
    """End at once when the one who started this goes, or asks for a pause: what has come is on the disk."""
    while incoming.readline():
        pass
    os._exit(0)


def main() -> None:
    """The real thing: this program's catalogue, the system's certificates."""
    incoming, outgoing = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    sys.excepthook = lambda kind, error, trace: None  # an address may stand in an error's text
    try:
        catalogue = load_catalogue(HOME)
    except CatalogueError:
        outgoing.write(b'{"kind": "failed", "code": "unknown_model"}\n')
        outgoing.flush()
        return
    tls = ssl.create_default_context()
    tls.minimum_version = ssl.TLSVersion.TLSv1_2
    run(catalogue, tls, Patience(), incoming, outgoing)


if __name__ == "__main__":
    main()
