"""A reply on its way to the page: each reviewed piece becomes a fragment that htmx puts in its place."""

from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass
from typing import cast

from fastapi import Request
from fastapi.sse import format_sse_event

from app.conversation.values import Box, DeskError, Done, Replacing, Saved, Sentence, Shown, ShownMessage
from app.conversation.why import Another
from app.web.pages import Pages

Below = Callable[[Done | None], Awaitable[str]]
"""Draws what stands under the messages, as it is after the reply."""


@dataclass(slots=True)
class _Place:
    """Where the next sentence goes: the paragraph that is open in the reply."""

    reply: str
    form: str = ""
    number: int = 0
    last: str = ""

    @property
    def paragraph(self) -> str:
        return f"p-{self.reply}-{self.number}"

    def joint(self, text: str) -> str:
        """As the store joins them: a list item stands on a line of its own."""
        in_list = self.last.rsplit("\n", 1)[-1].startswith("- ")
        return "\n" if text.startswith("- ") or in_list else " "


class ReplyStream:
    """One reply as server-sent events. Closing it stops the reply."""

    def __init__(self, pages: Pages, request: Request, conversation: str, below: Below) -> None:
        self._pages, self._request, self._conversation, self._below = pages, request, conversation, below
        self._place = _Place("")
        self._done: Done | None = None

    async def events(self, text: str, again: Another | None = None) -> AsyncIterator[bytes]:
        """Saved first, then each sentence or card, then what stands below; an error is one sentence.

        With `again` the last reply is made anew and `text` is not sent.
        """
        try:
            # The desk writes with an async generator: closing it is what stops the reply.
            desk, talk = self._pages.desk, self._conversation
            pieces = cast("AsyncGenerator[Shown]", desk.again(talk, again) if again else desk.send(talk, text))
            async with aclosing(pieces) as shown:
                async for piece in shown:
                    yield self._piece(piece, text)
                    if isinstance(piece, Saved | Replacing):
                        yield format_sse_event(event="reply-saved", data_str="{}")
            yield _data(await self._below(self._done))
            yield format_sse_event(event="reply-done", data_str="{}")
        except DeskError as error:
            yield self._refused(error)
            event = "reply-locked" if error.code == "locked" else "reply-failed"
            yield format_sse_event(event=event, data_str="{}")

    def _piece(self, piece: Shown, text: str) -> bytes:
        match piece:
            case Saved():
                return self._saved(piece, text)
            case Replacing():
                self._place = _Place(piece.reply_id)
                return _data(self._draw("chat/_replaced.html", reply=piece.reply_id))
            case Sentence():
                return self._sentence(piece)
            case Box():
                return self._box(piece)
            case Done():
                self._done = piece
                return b""

    def _saved(self, saved: Saved, text: str) -> bytes:
        self._place = _Place(saved.reply_id)
        said = ShownMessage(saved.message_id, "user", (("text", text),), self._pages.clock.now())
        return _data(self._draw("chat/_saved.html", message=said, reply=saved.reply_id))

    def _sentence(self, piece: Sentence) -> bytes:
        place = self._place
        fresh = piece.paragraph or place.form != piece.form
        joint = "" if fresh else place.joint(piece.text)
        if fresh:
            place.number, place.form, place.last = place.number + 1, piece.form, piece.text
        else:
            place.last += joint + piece.text
        return _data(self._draw("chat/_sentence.html", piece=piece, place=place, fresh=fresh, joint=joint))

    def _box(self, piece: Box) -> bytes:
        self._place.form = "box"
        return _data(self._draw("chat/_box.html", card=piece.card, place=self._place))

    def _refused(self, error: DeskError) -> bytes:
        words = self._pages.words(self._request)
        key = f"error.{error.code}"
        return _data(self._draw("layout/_notice.html", sentence=words.say(key if words.has(key) else "error.500")))

    def _draw(self, template: str, **context: object) -> str:
        return self._pages.fragment(self._request, template, **context)


def _data(html: str) -> bytes:
    return format_sse_event(data_str=html)
