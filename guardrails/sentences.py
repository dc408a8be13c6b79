"""Cut a stream of text into sentences and list items, and take Markdown and invisible marks out of them."""

import html
import re
import unicodedata

LIMIT = 400
"""Characters after which a never-ending sentence is cut at a word."""

_NEWLINES = "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"
_ENDS = ".!?…。！？"
_CLOSERS = "\"'”’»)]}*_`"
_ABBREVIATIONS = frozenset(
    (
        "a.d. a.u.b. b.v. bijv. bv. ca. d.w.z. dhr. dr. drs. evt. excl. fam. i.h.a. i.p.v. i.v.m. incl. "
        "ing. ir. jl. m.a.w. m.b.t. m.b.v. m.i.v. m.n. mevr. mej. mr. mw. n.a.v. nr. nrs. o.a. o.b.v. "
        "o.l.v. o.v.v. p.p. prof. resp. t.a.v. t.e.m. t.g.v. t.o.v. t/m. tel. v.a. v.d. vb. vgl. z.g. "
        "zgn. approx. cf. e.g. i.e. jr. mrs. ms. mt. p.a. sr. vs."
    ).split()
)
_OPEN_ABBREVIATIONS = frozenset(
    ["e.a.", "e.d.", "enz.", "etc.", "s.v.p.", "a.u.b.", "z.o.z.", "a.m.", "p.m.", "st.", "inc.", "ltd."]
)
"""These may end a sentence: a capital after them decides, as after an ellipsis."""

_INITIAL = re.compile(r"(?:^|[\s(\"'])(?:[A-Z]\.)+$")
_LAST_WORD = re.compile(r"[^\s(\"'“‘„]+$")
_LIST_NUMBER = re.compile(r"^\s*(?:[-*•]\s*)?(?:\d{1,2}|[a-hA-H])\.$")


class SentenceSplitter:
    """A fold over chunks: feed text, get the sentences that are complete; the chunking never matters."""

    def __init__(self) -> None:
        self._buffer = ""
        self._pending = False  # an ellipsis and a space were read; the next letter decides

    def feed(self, chunk: str) -> tuple[str, ...]:
        """Sentences and list items that this chunk completes, without the space around them."""
        done: list[str] = []
        for char in chunk:
            self._push(char, done)
        return tuple(done)

    def rest(self) -> str:
        """What is left at the end ("" when nothing is); the splitter is empty afterwards."""
        left, self._buffer, self._pending = self._buffer.strip(), "", False
        return left

    def _push(self, char: str, done: list[str]) -> None:
        if char in _NEWLINES:
            self._emit(done)
            return
        if self._pending and not char.isspace():
            self._pending = False
            if not char.islower():
                self._emit(done)
        elif char.isspace() and not self._pending:
            self._at_space(done)
        if self._buffer or not char.isspace():
            self._buffer += char
        if len(self._buffer) > LIMIT:
            self._cut(done)

    def _at_space(self, done: list[str]) -> None:
        end = _end_of_sentence(self._buffer)
        if end == "ellipsis":
            self._pending = True
        elif end:
            self._emit(done)

    def _emit(self, done: list[str]) -> None:
        text, self._buffer, self._pending = self._buffer.strip(), "", False
        if text:
            done.append(text)

    def _cut(self, done: list[str]) -> None:
        at = self._buffer.rstrip().rfind(" ")
        at = at if at > LIMIT // 2 else len(self._buffer)
        head, tail = self._buffer[:at], self._buffer[at:].lstrip()
        self._buffer = head
        self._emit(done)
        self._buffer = tail


def _end_of_sentence(buffer: str) -> str:
    """ "" when the text before a space goes on, "end" at an end, "ellipsis" when the next letter decides."""
    core = buffer.rstrip(_CLOSERS)
    if not core or core[-1] not in _ENDS:
        return ""
    if core[-1] != "." and core[-1] != "…":
        return "end"
    if core.endswith(("..", "…")):
        return "ellipsis"
    if _LIST_NUMBER.match(core) or _INITIAL.search(core):
        return ""
    last = _LAST_WORD.search(core)
    word = last.group().lower() if last else ""
    if word in _OPEN_ABBREVIATIONS:
        return "ellipsis"
    return "" if word in _ABBREVIATIONS else "end"


def sentences(text: str) -> tuple[str, ...]:
    """All sentences and list items of a whole text."""
    splitter = SentenceSplitter()
    done = splitter.feed(text)
    rest = splitter.rest()
    return (*done, rest) if rest else done


_HIDDEN = frozenset(("Cc", "Cf", "Co", "Cs", "Cn"))
_FILLERS = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180e\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
_TAG = re.compile(r"</?[a-zA-Z!][^<>]*>")
_IMAGE = re.compile(r"!\[([^\]]*)\]\([^)]*\)")
_LINK = re.compile(r"\[([^\]]+)\]\([^)]*\)")
_HEADING = re.compile(r"^\s{0,3}(?:#{1,6}\s+|>+\s*)+")
_RULE = re.compile(r"^\s*(?:[-*_=~`|:+]\s*){2,}(?:\w{1,12})?\s*$")
_BULLET = re.compile(r"^\s*(?:[-*•·–—+‣▪◦]|\d{1,2}[.)]|[a-hA-H]\))\s+(?=\S)")
_EMPHASIS = re.compile(r"\*+|_{2,}|~{2,}|`+|(?<!\w)_(?=\w)|(?<=\w)_(?!\w)")
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+\-.!~|>])")
_SPACES = re.compile(r"[^\S\n]+")


def plain(text: str) -> str:
    """Plain text with hyphen lists: no Markdown, tags, control, invisible or direction characters.

    Link and image text stays, addresses behind it go. Works on a whole text and on a single sentence.
    """
    return "\n".join(filter(None, (_plain_line(line) for line in text.splitlines())))


def _plain_line(line: str) -> str:
    line = html.unescape(line)
    if not line.isascii():
        line = _FILLERS.sub("", line)
    line = "".join(c for c in line.replace("\t", " ") if not _hidden(c))
    line = _TAG.sub("", _LINK.sub(r"\1", _IMAGE.sub(r"\1", line)))
    if _RULE.match(line) and not any(c.isalnum() for c in line.strip("`~ ")[:1]):
        return ""
    line = _HEADING.sub("", line)
    line, items = _BULLET.subn("", line)
    line = _EMPHASIS.sub("", _ESCAPE.sub(r"\1", line))
    line = _SPACES.sub(" ", line).strip(" |" if line.count("|") > 1 else " ")
    return f"- {line}" if items and line else line


def _hidden(char: str) -> bool:
    return not (" " <= char <= "~") and unicodedata.category(char) in _HIDDEN
