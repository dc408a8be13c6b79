"""What `probe` is made of: the guard with its layers in view, who answers, and a folder for a tester's own sets."""

from collections.abc import Sequence
from pathlib import Path

from starlette.types import ASGIApp

from app.commands.evidence import content_version
from app.conversation.clock import SystemClock
from app.factory import QUIET
from app.probe.bench import Bench, Tools
from app.probe.program import create_probe
from app.probe.texts import pressure_texts
from app.probe.trace import Tracer
from app.probe.voices import voice
from app.probe.why import load_why
from app.responders.guided import GuidedResponder
from app.web.security.sessions import Sessions
from app.web.words import load_words
from guardrails.guard import load


def make_probe(  # noqa: PLR0913, each is one fact about this run
    folder: Path, home: Path, port: int, sessions: Sessions, *, spec: str, model: str, allowed: Sequence[str]
) -> ASGIApp:
    """The bench for one port; `spec` names who answers. Raises `ProbeError`."""
    rules, guided, clock = load(home), GuidedResponder.load(home), SystemClock()
    tools = Tools(
        tracer=Tracer(rules, load_why(home, rules)),
        guided=guided,
        answers=voice(spec, home, guided, model=model, allowed=allowed),
        texts=pressure_texts(load_words(home, "probe")),
        version=content_version(home),
        now=clock.now,
    )
    return create_probe(Bench(tools, home, folder), home, clock, port=port, sessions=sessions, quiet=QUIET)
