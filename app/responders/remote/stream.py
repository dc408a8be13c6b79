"""One streamed answer of an OpenAI-compatible server, read with h11: nothing of it is trusted."""

import asyncio
import json
import ssl
from collections.abc import AsyncGenerator, Awaitable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeVar

import h11

from app.responders.protocol import ResponderUnavailable
from app.responders.remote.address import Place

T = TypeVar("T")
_CHUNK, _LONGEST_LINE, _LONGEST_ANSWER = 1 << 16, 1 << 18, 1 << 22


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds: to connect, for the first piece, without a byte after it, and for a whole reply."""

    connect: float = 10.0
    first: float = 180.0
    silence: float = 60.0
    total: float = 300.0


class Conversation:
    """A connection for one answer. Closing the generator of `pieces` hangs up, which stops the server's work."""

    def __init__(self, place: Place, address: str, token: str, patience: Patience) -> None:
        self._place, self._address, self._token, self._patience = place, address, token, patience
        self._wire = h11.Connection(our_role=h11.CLIENT, max_incomplete_event_size=1 << 16)

    async def pieces(self, body: dict[str, object], tls: ssl.SSLContext | None) -> AsyncGenerator[str, None]:
        """Text as it comes. Raises ResponderUnavailable for everything else that comes, or does not."""
        last = asyncio.get_running_loop().time() + self._patience.total
        reader, writer = await self._connected(tls)
        try:
            writer.write(self._request(json.dumps(body).encode("ascii")))
            await _within(writer.drain(), self._patience.connect)
            lines, ended = _Lines(), False
            patience = self._patience.first
            while not ended:
                left = min(patience, last - asyncio.get_running_loop().time())
                data = await self._data(reader, max(0.0, left))
                if data is None:
                    raise ResponderUnavailable("model_crashed")  # it hung up in the middle of a reply
                for text in lines.read(data):
                    if text is None:
                        ended = True
                        break
                    patience = self._patience.silence
                    if text:
                        yield text
        finally:
            writer.close()
            with suppress(OSError):
                async with asyncio.timeout(1.0):
                    await writer.wait_closed()

    async def _connected(self, tls: ssl.SSLContext | None) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        name = self._place.host if tls else None
        opening = asyncio.open_connection(self._address, self._place.port, ssl=tls, server_hostname=name)
        try:
            return await _within(opening, self._patience.connect)
        except OSError:  # no answer, or a certificate that is not trusted
            raise ResponderUnavailable("model_missing") from None

    def _request(self, body: bytes) -> bytes:
        head = [
            ("Host", self._place.authority),
            ("Content-Type", "application/json"),
            ("Accept", "text/event-stream"),
            ("Accept-Encoding", "identity"),
            ("Connection", "close"),
            ("Content-Length", str(len(body))),
        ]
        if self._token:
            head.append(("Authorization", f"Bearer {self._token}"))
        target = f"{self._place.path}/chat/completions"
        sent = self._wire.send(h11.Request(method="POST", target=target, headers=head)) or b""
        sent += self._wire.send(h11.Data(data=body)) or b""
        return sent + (self._wire.send(h11.EndOfMessage()) or b"")

    async def _data(self, reader: asyncio.StreamReader, seconds: float) -> bytes | None:
        """Bytes of the answer's body; None when there are no more."""
        while True:
            try:
                event = self._wire.next_event()
            except h11.RemoteProtocolError:
                raise ResponderUnavailable("model_crashed" if reader.at_eof() else "model_broken") from None
            if event is h11.NEED_DATA:
                try:
                    self._wire.receive_data(await _within(reader.read(_CHUNK), seconds))
                except OSError:
                    return None
            elif isinstance(event, h11.Response):
                _judge(event)
            elif isinstance(event, h11.Data):
                return bytes(event.data)
            elif not isinstance(event, h11.InformationalResponse):
                return None


class _Lines:
    """Server-sent events: `data:` lines with a chunk each, until `[DONE]`."""

    def __init__(self) -> None:
        self._rest, self._total = b"", 0

    def read(self, data: bytes) -> Iterator[str | None]:
        """The text of each whole line that has come; None when the answer has ended."""
        self._total += len(data)
        *lines, self._rest = (self._rest + data).split(b"\n")
        if len(self._rest) > _LONGEST_LINE or self._total > _LONGEST_ANSWER:
            raise ResponderUnavailable("model_broken")
        for line in lines:
            field, _, value = line.strip().partition(b":")
            if field != b"data":
                continue  # a comment that keeps the line open, the name of an event, an empty line
            if value.strip() == b"[DONE]":
                yield None
                return
            yield _text(value)


def _text(value: bytes) -> str:
    """The text of one chunk, "" without any. Raises ResponderUnavailable for what is no chunk."""
    try:
        chunk: Any = json.loads(value)
        choices: Any = chunk["choices"]
        if not choices:
            return ""  # a last chunk with only counts
        content = choices[0].get("delta", {}).get("content")
    except (ValueError, KeyError, TypeError, LookupError, AttributeError, RecursionError):
        raise ResponderUnavailable("model_broken") from None
    if content is not None and not isinstance(content, str):
        raise ResponderUnavailable("model_broken")
    return content or ""


def _judge(answer: h11.Response) -> None:
    if answer.status_code in (429, 502, 503, 504):
        raise ResponderUnavailable("model_slow")
    kind = next((value for name, value in answer.headers if name == b"content-type"), b"")
    if answer.status_code != 200 or not kind.startswith(b"text/event-stream"):
        raise ResponderUnavailable("model_broken")  # a redirect too: it could lead anywhere


async def _within(work: Awaitable[T], seconds: float) -> T:
    try:
        async with asyncio.timeout(seconds):
            return await work
    except TimeoutError:
        raise ResponderUnavailable("model_slow") from None
