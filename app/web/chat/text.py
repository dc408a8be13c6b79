"""What a form sends, as text: one kind of line end, no control characters."""

import re

# Everything a keyboard cannot mean: C0 without tab and newline, DEL, C1, and lone surrogates.
_UNWRITTEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]")


def tidy(text: str) -> str:
    """The text as the person sees it in the box."""
    return _UNWRITTEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
