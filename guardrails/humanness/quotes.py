"""What of a sentence the program says itself, and what it quotes or drafts for the person."""

import re
from dataclasses import dataclass

from guardrails.humanness.text import canonical

_OPEN = {"'": "'", '"': '"', "“": "”", "„": "”", "‘": "’", "«": "»", "”": "”", "’": "’"}
_MARK = re.compile(r"[\"“”„«»]|(?<![\w.])['‘’](?=\w|\.\.\.)|(?<=[\w.!?,…])['’](?!\w)")
_NOT_A_QUOTE = re.compile(r"['‘’](?:s|t|n|k|m|r|em|tis|cause|til)\b", re.IGNORECASE)
_CUE = re.compile(
    r"\b(?:schrijf|schrijven|zeg|zegt|zeggen|gezegd|zei|stuur|sturen|app|appje|appen|berichtje?|mail|mailtje"
    r"|brief|kaart|kaartje|tekst|zin|zinnetje"
    r"|zinnen|voorstel|voorbeeld|bijvoorbeeld|bijv|zoiets|iets als|opening|begin|beginnen|vraag|vragen|antwoord"
    r"|antwoorden"
    r"|concept|vers|versie|lees|leest|voorlezen|hardop|neem|woorden|noteer|openen|eindig|sluit|houd het|probeer"
    r"|letterlijk"
    r"|write|say|says|said|saying|tell|text|send|message|note|letter|card|line|sentence|draft|version|something like"
    r"|such as|for example|example|opener|open with|start with|ask|answer|reply|try|put|read|words|speech|wording)\b"
)
_ASKED_FOR_WORDS = re.compile(
    r"\b(?:schrijf|maak|help|formuleer|verzin|bedenk|stel|zet|geef)\b.{0,40}\b(?:tekst|brief|brie\w*|appje|app"
    r"|bericht\w*|mail\w*|kaart\w*"
    r"|speech|toespraak|gedicht|zin|verhaal|spreekbeurt|antwoord|opzet)\b|\bwat (?:zeg|schrijf|app|stuur"
    r"|antwoord) (?:ik|je|jij)\b"
    r"|\bhoe (?:zeg|schrijf|formuleer|app|vraag|begin) (?:ik|je)\b|\bkun je .{0,20}(?:appje|tekst|bericht\w*"
    r"|brief|mail\w*) "
    r"|\b(?:write|draft|make|word|phrase|help)\b.{0,40}\b(?:text|letter|note|message|email|card|speech|poem"
    r"|line|reply|play|story|scene"
    r"|eulogy|script|say|tell)\b|\bwriting a\b|\bwhat (?:do|should|would|can|could) .{0,20}(?:say|write|text|reply)\b"
    r"|\bhow (?:do|should|can|could) i (?:say|word|write|phrase|tell|reply)\b|\bway to word\b"
)
_SPOKEN_OF = re.compile(
    r":|,? (?:dat|die) (?:is|zegt|klinkt)| (?:is|zijn|kan|kunnen|klinkt|klinken|werkt|zegt|was|mag|komt|gaat"
    r"|voelt|are|can|sounds?|works?|says|would|could|may|might|and '|en ')\b"
)
"""What follows a quotation that is spoken about: "'ik haat mezelf' is een zware zin"."""
_GREETING = re.compile(r"(?:hoi|hallo|dag|beste|lieve|geachte|he|hey|hi|hello|dear) ?\[?\w+\]?[ ,.!]")
_DRAFT = re.compile(
    r"\b(?:zeg|zegt|vraag|schrijf|app|stuur|bericht\w*|zin|zinnetje|voorstel|letterlijk|hardop|iets als"
    r"|zoiets als|say|ask|text|write|line|sentence"
    r"|something like|message|tell (?:him|her|them))\b[^:.!?]{0,40}:\s+(?=[a-zA-Z])"
)
MAX_QUOTED = 8
"""Sentences a quotation or draft may last before it counts as the program's own words again."""


@dataclass(frozen=True, slots=True)
class Quote:
    """An open quotation: the mark that ends it and how many sentences it may still last."""

    close: str = ""
    left: int = 0


NO_QUOTE = Quote()


@dataclass(frozen=True, slots=True)
class Voices:
    """`own`: what the program says itself; `open`: the quotation that goes on after this sentence."""

    own: str
    open: Quote


def voices(sentence: str, previous: str, user: str, quote: Quote) -> Voices:
    """Take quotations and drafts out of a sentence, but only those that are introduced as such.

    A quotation without an introduction, and not from the person's own message, is the program speaking.
    """
    if quote.close:
        at = _closing(sentence, quote.close, 0)
        if at < 0:
            left = quote.left - 1
            return Voices("", Quote(quote.close, left)) if left > 0 else Voices(sentence, Quote())
        return voices(sentence[at + 1 :], previous, user, Quote())
    own, position, still_open = "", 0, Quote()
    draft = None if any(mark in sentence for mark in _OPEN) else _DRAFT.search(sentence)
    if draft:
        return Voices(sentence[: draft.end()] + (" …?" if sentence.endswith("?") else " … "), still_open)
    for start, close in _openings(sentence):
        if start < position:
            continue
        before = own + sentence[position:start]
        end = _closing(sentence, close, start + 1)
        inside = sentence[start + 1 : end if end >= 0 else len(sentence)]
        after = sentence[end + 1 :] if end >= 0 else ""
        if not (_introduced(before, previous, inside, user) or _SPOKEN_OF.match(after)):
            own, position = before + " ", start + 1
            continue
        own = before + " … "
        if end < 0:
            return Voices(own, Quote(close, MAX_QUOTED))
        position = end + 1
    return Voices(own + sentence[position:], still_open)


def _openings(sentence: str) -> list[tuple[int, str]]:
    found: list[tuple[int, str]] = []
    for mark in _MARK.finditer(sentence):
        at = mark.start()
        follows = sentence[at + 1 : at + 2]
        if mark.group() in "'‘’" and (not follows or not (follows.isalnum() or follows == ".")):
            continue
        if _NOT_A_QUOTE.match(sentence, at) or (mark.group() in '"”»' and not follows.strip()):
            continue
        found.append((at, _OPEN.get(mark.group(), mark.group())))
    return found


def _closing(sentence: str, close: str, start: int) -> int:
    marks = {"'": "'’", "’": "'’", "”": '"”“', '"': '"”'}.get(close, close)
    for at in range(start, len(sentence)):
        if sentence[at] in marks and not sentence[at + 1 : at + 2].isalnum():
            return at
    return -1


def _introduced(before: str, previous: str, inside: str, user: str) -> bool:
    said = canonical(inside).strip(" .!?")
    if before.rstrip().endswith(":"):
        return True
    if len(said) > 2 and said in canonical(user):
        return True
    if _GREETING.match(said):
        return True
    return bool(_CUE.search(canonical(before + " " + previous)) or _ASKED_FOR_WORDS.search(canonical(user)))
