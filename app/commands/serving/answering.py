"""Who answers: the language model when it is asked for and really there, else the guided conversation."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, fields
from importlib import invalidate_caches
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from app.commands.serving.launcher import Launcher
from app.conversation.desk import Desk
from app.conversation.turn import Cast
from app.log import Event, log_event, log_failure
from app.models.catalogue import Catalogue, load_catalogue
from app.models.folder import ModelFolder
from app.models.getting import Getting, OverLine, Started, start_fetch
from app.models.gguf import NotAModel, usable
from app.models.keeper import Answers, Loading, ModelKeeper
from app.models.machine import this_machine
from app.responders.guided import GuidedResponder
from app.responders.protocol import Responder, ResponderUnavailable
from app.settings import Settings

if TYPE_CHECKING:
    from app.responders.llama import Sampling

_GGUF = b"GGUF"
_LOOK_AGAIN_SECONDS = 5.0


class Voices:
    """Who may answer now: begins guided, on the page and for testers alike."""

    def __init__(self, guided: Responder) -> None:
        self._cast = Cast(guided, guided)

    def cast(self) -> Cast:
        return self._cast

    def use(self, responder: Responder) -> None:
        self._cast = Cast(responder, self._cast.guided)


@dataclass(frozen=True, slots=True)
class Answering:
    """`model` when one was asked for and can be used; `missing` names the sentence when it cannot."""

    voices: Voices
    model: Path | None
    missing: str = ""


def who_answers(settings: Settings, home: Path) -> Answering:
    """Always begins guided: the model takes over once its engine has loaded it."""
    guided: Responder = GuidedResponder.load(home)
    path = settings.model_path
    if not settings.model_was_named and (chosen := ModelFolder(settings.models_path).chosen()):
        path = settings.models_path / chosen
    missing = "" if path is None else _what_is_wrong(path)
    return Answering(Voices(guided), None if missing else path, missing)


class Switch:
    """Changes who answers while the program runs. Belongs to one event loop.

    The guided conversation answers from the moment that another model is chosen until that one is loaded: two
    models never share the memory of one laptop.
    """

    def __init__(self, desk: Desk, voices: Voices, home: Path) -> None:
        self._desk, self._voices, self._home = desk, voices, home
        self._catalogue = load_catalogue(home)
        self._task: asyncio.Task[None] | None = None
        self._retiring: asyncio.Task[None] | None = None
        self._loading: Loading = ""

    def loading(self) -> Loading:
        return self._loading

    async def use(self, model: Path | None) -> None:
        """None: the guided conversation. Returns at once; loading goes on beside it."""
        await self.aclose()
        cast = self._voices.cast()
        self._answer_with(cast.guided)
        self._loading = "" if model is None else "loading"
        if cast.responder is not cast.guided:
            self._retiring = asyncio.create_task(_retired(cast.responder))
        self._task = asyncio.create_task(self._change(model))

    async def settled(self) -> Loading:
        """Wait until the change is over."""
        if self._task is not None:
            await asyncio.shield(self._task)
        return self._loading

    async def aclose(self) -> None:
        """Stop loading; what answered before is closed in any case."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        if self._retiring is not None:
            await self._retiring

    async def _change(self, model: Path | None) -> None:
        if self._retiring is not None:
            await asyncio.shield(self._retiring)
        if model is not None:
            self._loading = "" if await self._brought(model) else "failed"

    async def _brought(self, model: Path) -> bool:
        """Wait for the engine (it may still be compiling), load the model, and let it answer from then on."""
        while find_spec("llama_cpp") is None:
            await asyncio.sleep(_LOOK_AGAIN_SECONDS)
            invalidate_caches()
        from app.responders.llama import LlamaResponder

        responder = LlamaResponder(model, home=self._home, sampling=sampling_of(self._catalogue, model))
        try:
            await responder.warm(self._desk.preferences.language)
        except ResponderUnavailable as error:
            log_failure(error)
            log_event(Event.MODEL_MISSING)
            await responder.aclose()
            return False
        except BaseException:
            await responder.aclose()
            raise
        self._answer_with(responder)  # the desk also closes it in the end
        return True

    def _answer_with(self, responder: Responder) -> None:
        self._voices.use(responder)
        self._desk.use_responder(responder)


async def _retired(responder: Responder) -> None:
    """Close what answered before, once the reply that it is writing has ended."""
    from app.responders.llama import LlamaResponder

    if isinstance(responder, LlamaResponder):
        with suppress(ResponderUnavailable):
            await responder.settled()
    await responder.aclose()


def sampling_of(catalogue: Catalogue, model: Path) -> "Sampling":
    """How a model of the catalogue wants its words picked; the usual way for a file that is not in it."""
    from app.responders.llama import Sampling

    entry = catalogue.of_file(model.name)
    known = {item.name for item in fields(Sampling)}
    given = {} if entry is None else {name: value for name, value in entry.sampling.items() if name in known}
    return Sampling(**given)  # pyright: ignore[reportArgumentType]


def model_keeper(settings: Settings, home: Path, switch: Switch, launcher: Launcher) -> ModelKeeper:
    """What the page about the language model works with."""
    folder = ModelFolder(settings.models_path)
    answers = Answers(switch.use, switch.loading)
    return ModelKeeper(
        load_catalogue(home), folder, Getting(folder, lambda: _fetching(launcher)), this_machine(), answers
    )


async def _fetching(launcher: Launcher) -> Started:
    """The process that gets a model: started by the launcher, because our own children may not connect."""
    line = await asyncio.to_thread(launcher.start, "fetch")
    if line is None:
        return await start_fetch()
    return OverLine(*await asyncio.open_connection(sock=line))


def _what_is_wrong(path: Path) -> str:
    """Which sentence says why this file cannot be used; "" when it may be tried."""
    if not is_gguf(path):
        return "model_missing"
    try:
        usable(path)
    except OSError:
        return "model_missing"
    except NotAModel as error:
        return f"models_{error.code}"
    return ""


def is_gguf(path: Path) -> bool:
    """Whether a file begins as one; false for one that cannot be read."""
    try:
        with path.open("rb") as file:
            return file.read(len(_GGUF)) == _GGUF
    except OSError:
        return False
