"""A language model on another server of the organisation, through the same guard as any other."""

import asyncio
import socket
import ssl
from collections.abc import AsyncGenerator, Awaitable, Callable, Collection
from contextlib import aclosing
from pathlib import Path

from app.responders.llama.history import as_turns
from app.responders.llama.prompt import load_system_prompt
from app.responders.llama.wire import Sampling
from app.responders.protocol import Request, ResponderUnavailable
from app.responders.remote.address import AddressError, Place
from app.responders.remote.stream import Conversation, Patience
from guardrails.values import Language

HOME = Path(__file__).resolve().parents[3]
_MESSAGES = 40  # the newest; how much its context holds is the server's own matter

Resolve = Callable[[str, int], Awaitable[tuple[str, ...]]]


async def resolved(host: str, port: int) -> tuple[str, ...]:
    """All addresses of a name. Raises OSError."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(entry[4][0]) for entry in found))


def remote_responder(url: str, model: str, allowed_hosts: Collection[str] = ()) -> "RemoteResponder":
    """For `studio` and `probe`. Raises AddressError "bad_url"; other reasons show with the first reply or `check`."""
    return RemoteResponder(Place.of(url), model, allowed_hosts)


class RemoteResponder:
    """Implements Responder. The address is looked up once and kept, so that a name cannot lead elsewhere later.

    `host` has to stand on every page while this responder is on. `tls` is for tests with a certificate of their own.
    """

    name = "remote"

    def __init__(  # noqa: PLR0913, each is one fact about the server
        self,
        place: Place,
        model: str,
        allowed_hosts: Collection[str] = (),
        *,
        token: str = "",
        patience: Patience | None = None,
        resolve: Resolve = resolved,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._place, self._model, self._allowed = place, model, frozenset(allowed_hosts)
        self._token, self._patience, self._resolve = token, patience or Patience(), resolve
        self._tls = (tls or ssl.create_default_context()) if place.tls else None
        self._prompts = {language: load_system_prompt(HOME, language) for language in Language}
        self._sampling = Sampling()
        self._address = ""

    @property
    def host(self) -> str:
        """What the page names."""
        return self._place.authority

    async def check(self) -> str:
        """The address that is asked from now on. Raises AddressError."""
        if not self._address:
            try:
                found = await self._resolve(self._place.host, self._place.port)
            except OSError:
                raise AddressError("unknown_host") from None
            self._address = self._place.choose(found, self._allowed)
        return self._address

    async def reply(self, request: Request) -> AsyncGenerator[str, None]:
        """Pieces of the answer as they come; closing it hangs up. Raises ResponderUnavailable."""
        try:
            address = await self.check()
        except AddressError:
            raise ResponderUnavailable("model_missing") from None
        conversation = Conversation(self._place, address, self._token, self._patience)
        async with aclosing(conversation.pieces(self._body(request), self._tls)) as pieces:
            async for text in pieces:
                yield text

    async def aclose(self) -> None:
        """Nothing stays open between replies."""

    def _body(self, request: Request) -> dict[str, object]:
        prompt = self._prompts[request.plan.language]
        newest = [(message.role, message.text) for message in request.messages][-_MESSAGES:]
        turns = as_turns(newest, prompt.directions(request.directions))
        said = [{"role": turn.role, "content": "".join(turn.parts)} for turn in turns]
        return {
            "model": self._model,
            "messages": [{"role": "system", "content": prompt.text}, *said],
            "stream": True,
            "temperature": self._sampling.temperature,
            "top_p": self._sampling.top_p,
            "max_tokens": self._sampling.limit(request.plan.max_words),
            "chat_template_kwargs": {"enable_thinking": False},  # llama-server and vLLM; others ignore it
        }
