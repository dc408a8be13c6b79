"""Finds what one message asks of the program, or wants of this conversation."""

from dataclasses import dataclass
from pathlib import Path

from guardrails.beliefs.rulefile import Entry, Rulebook, read_entries
from guardrails.heard import Heard, hear
from guardrails.values import Asks, Mode

LANGUAGES = ("nl", "en")

_MODES = (
    ("mode_push_back", Mode.PUSH_BACK),
    ("mode_listen", Mode.LISTEN),
    ("mode_think_along", Mode.THINK_ALONG),
)
_GOODBYE_WORDS = 40


@dataclass(frozen=True, slots=True)
class AskFindings:
    """Requests with their own fixed answer, and wishes about this conversation."""

    asks: tuple[Asks, ...] = ()
    goodbye: bool = False
    mode_wanted: Mode | None = None
    wants_human: bool = False
    unhelpful: bool = False
    stop_questions: bool = False
    big_decision: bool = False
    rules: tuple[str, ...] = ()


class AskReader:
    """Holds the rules of every language against a message."""

    def __init__(self, rules: tuple[Entry, ...]) -> None:
        self._rules = Rulebook(rules)

    def warm(self) -> None:
        """Compile every pattern now instead of when it is first needed."""
        self._rules.warm()

    def read(self, text: str, minor: bool = False, heard: Heard | None = None) -> AskFindings:
        """What one raw message asks; a minor may ask for secrecy in milder words. Never raises."""
        words = (heard or hear(text)).own
        hits = self._rules.hits(words)
        if not minor:
            hits = [entry for entry in hits if not entry.label.startswith("minor_")]
        names = {entry.label.removeprefix("minor_") for entry in hits}
        goodbye = "goodbye" in names and "goodbye_to_life" not in names
        return AskFindings(
            asks=tuple(ask for ask in Asks if ask.value in names),
            goodbye=goodbye and words.row.count(" ") <= _GOODBYE_WORDS,
            mode_wanted=next((mode for name, mode in _MODES if name in names), None),
            wants_human="wants_human" in names,
            unhelpful="unhelpful" in names,
            stop_questions="stop_questions" in names,
            big_decision="big_decision" in names,
            rules=tuple(entry.id for entry in hits if entry.label != "goodbye_to_life"),
        )


def load_asks(home: Path) -> tuple[Entry, ...]:
    """Reads guardrails/asks/asks.<language>.toml under the repository root; raises RuleFileError."""
    folder = home / "guardrails" / "asks"
    rules: list[Entry] = []
    for language in LANGUAGES:
        rules += read_entries(folder / f"asks.{language}.toml", "ask", "asks", {})
    return tuple(rules)
