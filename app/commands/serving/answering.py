"""Who answers: the language model when it is asked for and really there, else the guided conversation."""

import asyncio
from dataclasses import dataclass
from importlib import invalidate_caches
from importlib.util import find_spec
from pathlib import Path

from app.conversation.desk import Desk
from app.conversation.turn import Cast
from app.log import Event, log_event, log_failure
from app.responders.guided import GuidedResponder
from app.responders.protocol import Responder, ResponderUnavailable
from app.settings import Settings

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
    """`model` when one was asked for and is a readable GGUF, `missing` when it is not."""

    voices: Voices
    model: Path | None
    missing: bool


def who_answers(settings: Settings, home: Path) -> Answering:
    """Always begins guided: the model takes over once its engine has loaded it."""
    guided: Responder = GuidedResponder.load(home)
    path = settings.model_path
    good = path is not None and is_gguf(path)
    return Answering(Voices(guided), path if good else None, path is not None and not good)


async def bring_model(desk: Desk, voices: Voices, model: Path, home: Path) -> None:
    """Wait for the engine (it may still be compiling), load the model, and let it answer from then on.

    A model that cannot be loaded leaves the guided conversation in place.
    """
    while find_spec("llama_cpp") is None:
        await asyncio.sleep(_LOOK_AGAIN_SECONDS)
        invalidate_caches()
    from app.responders.llama import LlamaResponder

    responder = LlamaResponder(model, home=home)
    try:
        await responder.warm(desk.preferences.language)
    except ResponderUnavailable as error:
        log_failure(error)
        log_event(Event.MODEL_MISSING)
        await responder.aclose()
        return
    except BaseException:
        await responder.aclose()
        raise
    voices.use(responder)
    desk.use_responder(responder)  # which also closes it in the end


def is_gguf(path: Path) -> bool:
    """Whether there is a file that says it is a GGUF."""
    try:
        with path.open("rb") as file:
            return file.read(len(_GGUF)) == _GGUF
    except OSError:
        return False
