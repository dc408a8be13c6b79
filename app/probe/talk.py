"""A conversation as a tester types it: one message, or lines that say who speaks."""

import re

from app.probe.values import LONGEST_TEXT, MOST_SAID, ProbeError, Role, Said

_WHO: dict[str, Role] = {
    "user": "user",
    "mens": "user",
    "person": "user",
    "assistant": "assistant",
    "program": "assistant",
    "programma": "assistant",
}
_LINE = re.compile(rf"^\s*({'|'.join(_WHO)})\s*:\s*(.*)$", re.IGNORECASE)


def parse_talk(text: str) -> tuple[Said, ...]:
    """Messages in order; without a line that says who speaks, the whole text is one message of the person.

    A line "mens: …" or "person: …" begins a message of the person, "programma: …" or "program: …" one of the
    program; "user" and "assistant" work too. Other lines belong to the message above. Raises `ProbeError`.
    """
    if len(text) > LONGEST_TEXT:
        raise ProbeError("too_long")
    said: list[tuple[Role, list[str]]] = []
    for line in text.replace("\r\n", "\n").split("\n"):
        found = _LINE.match(line)
        if found:
            said.append((_WHO[found[1].lower()], [found[2]]))
        elif said:
            said[-1][1].append(line)
        else:
            said.append(("user", [line]))
    spoken = tuple(Said(role, words) for role, lines in said if (words := "\n".join(lines).strip()))
    if not spoken:
        raise ProbeError("nothing")
    if len(spoken) > MOST_SAID:
        raise ProbeError("too_long")
    return spoken
