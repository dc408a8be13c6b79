"""What `studio` is made of: the guard, who answers, and the workshops of one folder."""

from pathlib import Path

from starlette.types import ASGIApp

from app.commands.saying import complain
from app.commands.serving.answering import is_gguf
from app.factory import QUIET
from app.responders.protocol import Responder
from app.settings import Settings
from app.studio.answering import Answerer
from app.studio.desk import Studio
from app.studio.program import create_studio
from app.web.security.sessions import Sessions
from guardrails.guard import Guard, load


def make_studio(settings: Settings, home: Path, port: int, sessions: Sessions) -> ASGIApp:
    """The studio for one port; the model, when one is asked for, loads with its first answer."""
    studio = Studio(settings.data_dir, Answerer(home, _model(settings, home)))
    return create_studio(studio, Guard(load(home)), home, port, sessions, QUIET)


def _model(settings: Settings, home: Path) -> Responder | None:
    path = settings.model_path
    if path is None:
        return None
    if not is_gguf(path):
        complain("model_missing")
        return None
    from app.responders.llama import LlamaResponder

    return LlamaResponder(path, home=home)
