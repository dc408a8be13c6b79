"""Bodies: read whole and within a limit before anything looks at them, then handed on once."""

from urllib.parse import parse_qsl

from starlette.types import Message, Receive

FORM_TYPE = "application/x-www-form-urlencoded"
SMALL_BYTES = 64 * 1024
TALK_BYTES = 1024 * 1024
"""What is typed in a conversation: 100 kB of text, url-encoded, must reach the page that answers it."""

FILE_BYTES = 12 * 1024 * 1024
"""An export that is brought back: four million characters, url-encoded."""

API_BYTES = 1024 * 1024
_DRAINED_BYTES = 16 * 1024 * 1024
"""This much of a body that is too large is read and dropped: only then does a browser show the answer."""

_MOST_FIELDS = 64


class TooLargeError(Exception):
    """The body is over its limit."""


class UnreadableError(Exception):
    """The body is cut off, or no form in UTF-8."""


async def read_body(receive: Receive, declared: str | None, limit: int) -> bytes:
    """The whole body. Raises `TooLargeError`, at once for a declared length that is beyond all measure."""
    if declared is not None and declared.isdecimal() and (len(declared) > 12 or int(declared) > _DRAINED_BYTES):
        raise TooLargeError
    body, length = bytearray(), 0
    while True:
        message = await receive()
        if message["type"] != "http.request":
            raise UnreadableError
        part = message.get("body", b"")
        length += len(part)
        if length <= limit:
            body += part
        elif length > _DRAINED_BYTES:
            raise TooLargeError
        if not message.get("more_body", False):
            break
    if length > limit:
        raise TooLargeError
    return bytes(body)


def form_fields(body: bytes) -> dict[str, str]:
    """The last value of a field. Raises `UnreadableError` for no form in UTF-8."""
    try:
        text = body.decode("ascii")
        pairs = parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS)
    except ValueError:
        raise UnreadableError from None
    return dict(pairs)


def replayed(body: bytes, receive: Receive) -> Receive:
    """A receive that gives the body once, then the real one, so that a browser that leaves is noticed."""
    given = False

    async def again() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again
