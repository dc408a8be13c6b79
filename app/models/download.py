"""Fetches one file of the catalogue: https only, to hosts of the list only, on from where it was broken off.

Runs in the process of fetch.py and nowhere else. Nothing is believed that is not checked: the digest and the
size the catalogue names (or the source announces) are known before the first byte is written, and hold at the end.
"""

import hashlib
import http.client
import re
import ssl
import time
from collections.abc import Callable, Generator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from typing import BinaryIO
from urllib.parse import urljoin, urlsplit

from app.models.catalogue import Catalogue, Entry
from app.models.folder import ModelFolder, Pin, Unfinished
from app.models.gguf import NotAModel

_REDIRECTS = (301, 302, 303, 307, 308)
_MOST_REDIRECTS = 5
_CHUNK = 1 << 16
_SHA256 = re.compile(r'"?([0-9a-f]{64})"?')
_RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+)")
_LARGER = 1.5  # an announced size may be this many times what the catalogue says, when that is not exact
_TOLD_SECONDS = 0.5
_TRY_AGAIN = frozenset({408, 425, 429})


class FetchError(Exception):
    """The file cannot be got. `code` names a sentence; `lost` when the same may work when tried again."""

    def __init__(self, code: str, *, lost: bool = False) -> None:
        super().__init__(code)
        self.code, self.lost = code, lost


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds for a connection or for silence in it, and the pauses after a lost one; progress begins them anew."""

    silence: float = 30.0
    pauses: tuple[float, ...] = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0)


@dataclass(frozen=True, slots=True)
class Told:
    """How far it is. `phase`: running, checking, waiting (a connection was lost, and is tried again)."""

    phase: str
    done: int
    size: int
    speed: float = 0.0


Tell = Callable[[Told], None]


@dataclass(slots=True)
class _Answer:
    """The answer that carries the file, and what the source itself said on the way to it."""

    reply: http.client.HTTPResponse
    announced: dict[str, str] = field(default_factory=dict[str, str])


class Download:
    """One file on its way. `run` returns when it stands in the folder whole, and raises `FetchError` else."""

    def __init__(
        self, catalogue: Catalogue, entry: Entry, folder: ModelFolder, tls: ssl.SSLContext, patience: Patience
    ) -> None:
        self._catalogue, self._entry, self._folder = catalogue, entry, folder
        self._tls, self._patience = tls, patience

    def run(self, tell: Tell) -> Pin:
        file = self._entry.file
        tries = 0
        while True:
            before = self._folder.received(file)
            try:
                return self._once(tell)
            except NotAModel as error:
                self._folder.forget_part(file)
                raise FetchError(error.code) from None
            except FetchError as error:
                tries = 0 if self._folder.received(file) > before else tries
                if not error.lost or tries >= len(self._patience.pauses):
                    raise
                tell(Told("waiting", self._folder.received(file), self._entry.size))
                time.sleep(self._patience.pauses[tries])
                tries += 1

    def _once(self, tell: Tell) -> Pin:
        file = self._entry.file
        known = self._folder.unfinished(file)
        start = self._folder.received(file) if known else 0
        if known and start >= known.size:
            start, known = 0, None  # whole and not accepted: it was not the right one
            self._folder.forget_part(file)
        with self._asked(start, known) as answer:
            expected, commit = self._expected(answer, start)
            if answer.reply.status == 200:
                start = 0  # the whole file again: the source has another one now, or cannot go on in the middle
            elif known and (known.sha256, known.size) != (expected.sha256, expected.size):
                self._folder.forget_part(file)
                raise FetchError("connection_lost", lost=True)
            if not self._folder.room_for(expected.size - start):
                raise FetchError("disk_full")
            self._folder.put_unfinished(file, expected)
            found = self._receive(answer.reply, start, expected, tell)
        return self._accepted(found, expected, commit)

    def _accepted(self, found: str, expected: Unfinished, commit: str) -> Pin:
        if found != expected.sha256:
            self._folder.forget_part(self._entry.file)
            raise FetchError("wrong_digest")
        pin = Pin(found, expected.size, commit)
        self._folder.accept(self._entry.file, pin)
        return pin

    def _receive(self, reply: http.client.HTTPResponse, start: int, expected: Unfinished, tell: Tell) -> str:
        """The bytes into the part; their digest, those of earlier included."""
        path = self._folder.part(self._entry.file)
        pace = _Pace(tell, start, expected.size)
        try:
            with path.open("r+b" if start else "wb", buffering=0) as part:
                found = _digest_so_far(part, start, lambda done: tell(Told("checking", done, expected.size)))
                done = start
                while data := _read(reply):
                    done += len(data)
                    if done > expected.size:
                        raise FetchError("wrong_size")
                    _write(part, data)
                    found.update(data)
                    pace.at(done)
        except FetchError as error:
            if error.code == "wrong_size":
                self._folder.forget_part(self._entry.file)
            raise
        except OSError:
            raise FetchError("disk_full") from None
        if done < expected.size:
            raise FetchError("connection_lost", lost=True)
        return found.hexdigest()

    # -- what the source says ------------------------------------------------------------------------

    def _expected(self, answer: _Answer, start: int) -> tuple[Unfinished, str]:
        """Digest and size the file has to have. Raises `FetchError` when they are unknown or not those asked."""
        entry, told = self._entry, answer.announced
        match = _SHA256.fullmatch(told.get("x-linked-etag") or told.get("etag", ""))
        announced = match[1] if match else ""
        pin = self._folder.pins().get(entry.file)
        digest = entry.sha256 or (pin.sha256 if pin else "") or announced
        if not digest:
            raise FetchError("no_digest")
        if announced and announced != digest:
            raise FetchError("other_file")
        size = self._size(answer, start)
        exact = entry.size if entry.sha256 else pin.size if pin else 0
        if size <= 0 or (exact and size != exact) or size > entry.size * _LARGER:
            raise FetchError("wrong_size")
        etag = answer.reply.headers.get("etag", "")
        return Unfinished(digest, size, "" if etag.startswith("W/") else etag), told.get("x-repo-commit", "")[:40]

    def _size(self, answer: _Answer, start: int) -> int:
        reply, linked = answer.reply, answer.announced.get("x-linked-size", "")
        if reply.status == 206:
            found = _RANGE.fullmatch(reply.headers.get("content-range", ""))
            if found is None or int(found[1]) != start or int(found[2]) != int(found[3]) - 1:
                raise FetchError("connection_lost", lost=True)
            whole = int(found[3])
        else:
            length = reply.headers.get("content-length", "")
            whole = int(length) if length.isdecimal() else 0
        if linked.isdecimal() and whole and int(linked) != whole:
            raise FetchError("wrong_size")
        return whole or (int(linked) if linked.isdecimal() else 0)

    # -- the connection --------------------------------------------------------------------------------

    @contextmanager
    def _asked(self, start: int, known: Unfinished | None) -> Generator[_Answer]:
        url = self._catalogue.url(self._entry)
        home = urlsplit(url).netloc
        announced: dict[str, str] = {}
        for _ in range(_MOST_REDIRECTS + 1):
            if not self._catalogue.source.allows(url):
                raise FetchError("not_allowed")
            with closing(self._connection(url)) as connection:
                reply = self._get(connection, url, start, known)
                if urlsplit(url).netloc == home:  # only the source itself says what the file is
                    announced |= {name.lower(): value for name, value in reply.headers.items()}
                if reply.status in _REDIRECTS:
                    url = urljoin(url, reply.headers.get("location", ""))
                    continue
                self._judge(reply.status)
                yield _Answer(reply, announced)
                return
        raise FetchError("not_allowed")

    def _connection(self, url: str) -> http.client.HTTPSConnection:
        parts = urlsplit(url)
        return http.client.HTTPSConnection(
            parts.hostname or "", parts.port or 443, timeout=self._patience.silence, context=self._tls
        )

    def _get(
        self, connection: http.client.HTTPSConnection, url: str, start: int, known: Unfinished | None
    ) -> http.client.HTTPResponse:
        parts = urlsplit(url)
        head = {"User-Agent": "klankbord", "Accept": "*/*", "Accept-Encoding": "identity"}
        if start:
            head["Range"] = f"bytes={start}-"
            if known and known.etag:
                head["If-Range"] = known.etag
        try:
            connection.request("GET", parts.path + (f"?{parts.query}" if parts.query else ""), headers=head)
            return connection.getresponse()
        except ssl.SSLCertVerificationError:
            raise FetchError("not_trusted") from None
        except (OSError, http.client.HTTPException):
            raise FetchError("connection_lost", lost=True) from None

    def _judge(self, status: int) -> None:
        if status in (200, 206):
            return
        if status == 416:  # what we have is more than there is
            self._folder.forget_part(self._entry.file)
            raise FetchError("connection_lost", lost=True)
        if status >= 500 or status in _TRY_AGAIN:
            raise FetchError("source_failed", lost=True)
        raise FetchError("source_refused")


class _Pace:
    """Tells twice a second how far it is, with the speed of the last seconds."""

    def __init__(self, tell: Tell, start: int, size: int) -> None:
        self._tell, self._size = tell, size
        self._told = 0.0
        self._marks = [(time.monotonic(), start)]

    def at(self, done: int) -> None:
        now = time.monotonic()
        if now - self._told < _TOLD_SECONDS and done < self._size:
            return
        self._told = now
        self._marks = [*self._marks[-20:], (now, done)]
        (since, before), seconds = self._marks[0], now - self._marks[0][0]
        self._tell(Told("running", done, self._size, (done - before) / seconds if seconds > 0 and since else 0.0))


def _digest_so_far(part: BinaryIO, start: int, on_read: Callable[[int], None]) -> "hashlib._Hash":  # pyright: ignore[reportPrivateUsage], it has no public name
    """The digest of the first `start` bytes; the file is then at that place, and nothing stands behind it."""
    found, done = hashlib.sha256(), 0
    while done < start and (data := part.read(min(1 << 20, start - done))):
        found.update(data)
        done += len(data)
        if done % (1 << 26) == 0:
            on_read(done)
    part.truncate(start)
    part.seek(start)
    return found


def _read(reply: http.client.HTTPResponse) -> bytes:
    try:
        return reply.read1(_CHUNK)
    except ssl.SSLCertVerificationError:
        raise FetchError("not_trusted") from None
    except (OSError, http.client.HTTPException, ValueError):
        raise FetchError("connection_lost", lost=True) from None


def _write(part: BinaryIO, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[part.write(view) :]
