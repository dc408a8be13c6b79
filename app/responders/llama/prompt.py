"""Loads the system prompt of a language from prompts/<language>/system.md."""

from dataclasses import dataclass, field
from pathlib import Path

from guardrails.values import Language

FENCE = "---"


@dataclass(frozen=True, slots=True)
class SystemPrompt:
    """The text a model is given first, and the line that stands above the directions of a turn."""

    text: str = field(repr=False)
    version: str
    directions_label: str = ""
    said_label: str = ""  # above what the person said in turns that no longer fit
    given_label: str = ""  # above what was answered there

    def directions(self, sentences: tuple[str, ...]) -> str:
        """The directions of one turn as they stand at the end of the prompt, "" without any."""
        if not sentences:
            return ""
        return "\n".join(line for line in (self.directions_label, *sentences) if line)


class PromptError(Exception):
    """The file of the system prompt is missing or not in its form; the message says what to do."""


def load_system_prompt(home: Path, language: Language | str) -> SystemPrompt:
    """Read prompts/<language>/system.md below `home`; a language without a prompt gets the Dutch one.

    The front matter (owner, date, status, version, labels) is not part of the text.
    Raises PromptError when the file is missing or has no front matter with a version.
    """
    name = Language(language)
    path = home / "prompts" / ("en" if name is Language.EN else "nl") / "system.md"
    try:
        source = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise PromptError(f"Put the system prompt back: {path.name} cannot be read.") from error
    _, fence, rest = source.partition(FENCE + "\n")
    head, end, text = rest.partition("\n" + FENCE + "\n")
    values = dict(line.split(": ", 1) for line in head.splitlines() if ": " in line)
    if not fence or not end or "version" not in values:
        raise PromptError(f"Give {path.name} its front matter back: lines between {FENCE}, with a version.")
    labels = (values.get(f"{name}_label", "") for name in ("directions", "said", "given"))
    return SystemPrompt(text.strip(), values["version"], *labels)
