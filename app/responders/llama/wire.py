"""What parent and model worker say to each other: small frozen values, one JSON line each.

JSON and not pickle: the worker runs native code on a file from elsewhere, so what it says is data.
To the worker: Setup once, then Ask, Warm and Cancel. From the worker: Ready or Broken once, then
Beat when it takes up a job and every second of it, Piece for text, and one Finished for each Ask or Warm.
"""

import json
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Literal, cast

Reason = Literal["stop", "length", "cancelled", "slow_start", "slow", "failed"]


@dataclass(frozen=True, slots=True)
class Sampling:
    """How the model picks its words. `seed` None draws a new one for each start of the worker."""

    temperature: float = 0.7
    top_k: int = 64
    top_p: float = 0.95
    min_p: float = 0.05
    max_tokens: int = 600  # the most for any reply; a plan's words lower it
    tokens_per_word: int = 4  # more than any Dutch text needs, so review shortens, not this limit
    seed: int | None = None

    def limit(self, max_words: int) -> int:
        """The most tokens a reply of `max_words` words may take; 0 or less means no limit on words."""
        if max_words <= 0:
            return self.max_tokens
        return min(self.max_tokens, max(64, max_words * self.tokens_per_word))


@dataclass(frozen=True, slots=True)
class Setup:
    """What the worker loads. `threads` 0 lets llama.cpp choose; `grammar` is for benchmarks only."""

    model: str
    context: int
    batch: int
    threads: int
    gpu_layers: int
    sampling: Sampling
    grammar: str = ""


@dataclass(frozen=True, slots=True)
class Ask:
    """One reply to write; `messages` are (role, shown text), `directions` stand below the newest one."""

    id: int
    system: str = field(repr=False)
    messages: tuple[tuple[str, str], ...] = field(repr=False)
    directions: str = field(repr=False)
    max_tokens: int
    first_seconds: float
    total_seconds: float
    labels: tuple[str, str] = ("", "")  # above what was said, and answered, in turns that no longer fit


@dataclass(frozen=True, slots=True)
class Warm:
    """Read the system prompt ahead, so that the first reply starts sooner."""

    id: int
    system: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Cancel:
    id: int


@dataclass(frozen=True, slots=True)
class Ready:
    """The model is loaded; `context` is the number of tokens it can hold."""

    context: int


@dataclass(frozen=True, slots=True)
class Broken:
    """The file is no model that this program can use."""


@dataclass(frozen=True, slots=True)
class Beat:
    """The worker is alive."""


@dataclass(frozen=True, slots=True)
class Piece:
    id: int
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Stats:
    """Tokens of the prompt that were read, that stood in the context already, and tokens written."""

    read: int = 0
    reused: int = 0
    written: int = 0


@dataclass(frozen=True, slots=True)
class Finished:
    id: int
    reason: Reason
    stats: Stats


Command = Setup | Ask | Warm | Cancel
Report = Ready | Broken | Beat | Piece | Finished

COMMANDS: dict[str, type[Command]] = {kind.__name__: kind for kind in (Setup, Ask, Warm, Cancel)}
REPORTS: dict[str, type[Report]] = {kind.__name__: kind for kind in (Ready, Broken, Beat, Piece, Finished)}
NESTED = {"sampling": Sampling, "stats": Stats}


class WireError(Exception):
    """A line that is none of ours; it never holds the line."""


def encode(message: Command | Report) -> bytes:
    """One line of ASCII, so that no character of a person's text can end it early."""
    return json.dumps([type(message).__name__, asdict(message)]).encode("ascii") + b"\n"


def decode_command(line: bytes) -> Command:
    return cast("Command", _decode(line, COMMANDS))


def decode_report(line: bytes) -> Report:
    return cast("Report", _decode(line, REPORTS))


def _decode(line: bytes, kinds: dict[str, Any]) -> object:
    try:
        name, values = json.loads(line)
        kind = kinds[name]
        known = {item.name for item in fields(kind)}
        return kind(**{key: _value(key, value) for key, value in values.items() if key in known})
    except (ValueError, TypeError, KeyError, AttributeError):
        raise WireError from None


def _value(key: str, value: Any) -> Any:
    if key in NESTED:
        return NESTED[key](**value)
    if key == "messages":
        return tuple((str(role), str(text)) for role, text in value)
    if key == "labels":
        said, given = value
        return str(said), str(given)
    return value
