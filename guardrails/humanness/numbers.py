"""Every number, site, address and line name in a reply is held against the reviewed helplines."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from guardrails.humanness.text import canonical
from guardrails.referral import Directory
from guardrails.values import Country

_DIGITS = {
    **dict(
        zip(
            ["nul", "een", "twee", "drie", "vier", "vijf", "zes", "zeven", "acht", "negen"],
            "0123456789",
            strict=True,
        )
    ),
    **dict(
        zip(
            ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"],
            "0123456789",
            strict=True,
        )
    ),
    "oh": "0",
}
_TEEN_WORDS = (
    "tien elf twaalf dertien veertien vijftien zestien zeventien achttien negentien"
    " ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
).split()
_TEENS = {word: 10 + place % 10 for place, word in enumerate(_TEEN_WORDS)}
_UNITS = r"een|twee|drie|vier|vijf|zes|zeven|acht|negen"
_SPELLED = re.compile(rf"\b(?:(?:{'|'.join(_DIGITS)})\b[ ,.\-]{{0,3}}){{3,}}")
_DOUBLE = re.compile(rf"\b(double|dubbel|triple|driemaal)\s+({'|'.join(_DIGITS)})\b")
_HUNDRED = re.compile(rf"\b({_UNITS})?honderd(?:en)?\s?({_UNITS}|{'|'.join(_TEENS)})\b")
_TWO_PARTS = re.compile(rf"\b({'|'.join(_TEENS)})[ -]({'|'.join(_TEENS)})\b")

_NOISE = re.compile(
    r"\b24\s?/\s?7\b|\b24 ?(?:uur|h|hours)\b|[€$£]\s?\d[\d.,]*|\b\d[\d.,]*\s?(?:euro|eur|dollar|pond|pounds?|%"
    r"|procent|percent)"
    r"|\b\d{1,2}[:.]\d{2}\b(?:\s?(?:uur|u\b|h\b|am|pm))?"
    r"|\b\d{1,2}\s?(?:-|tot|to|en|and|/)\s?\d{1,2}\s?(?:uur|u|h|am|pm|jaar|years?|minuten|minutes|keer|dagen|days)\b"
    r"|\b\d{1,4}\s?[-/.]\s?\d{1,2}\s?[-/.]\s?\d{2,4}\b(?!\s?\d)"
    r"|\b\d{1,3}\s?(?:op de|op|in|out of|van de)\s?\d{2,6}\b"
    r"|\b(?:vier|vijf|zes|zeven|acht|negen|twee|drie)\s?(?:uur|keer|dagen|weken|maanden|jaar)\b"
)
_UNIT_AFTER = re.compile(
    r"\s?(?:jaar|jaren|jarige|uur|minuten|min|seconden|dagen|weken|maanden|keer|maal|mg|milligram|ml|gram|g|kg"
    r"|kilo|kilometer"
    r"|km|meter|m|cm|euro|calorieen|calorie|kcal|pillen|tabletten|mensen|woorden|graden|procent|bladzijden"
    r"|pagina|stappen|leden"
    r"|plekken|stoelen|glazen|years?|hours?|minutes?|seconds?|days?|weeks?|months?|times|people|words|pounds?"
    r"|miles?|steps"
    r"|degrees|pages|pills|calories|kcal|volt|punten|points|dollars?|quid)\b|e\b|%|ste\b|de\b|th\b"
)
_PHONE_CUE = re.compile(
    r"\b(?:bel|belt|bellen|gebeld|toets|draai|nummer|nr|telefoon\w*|telefonisch|tel|sms|sms'?en|app|appen"
    r"|whatsapp|lijn|\w+lijn|hulplijn"
    r"|meldpunt|bereik\w*|call|ring|dial|phone|text|number|line|\w*line|hotline|reach|on|op|naar|via|send|stuur"
    r"|save|bewaar"
    r"|contact)\b"
)
_NUMBER = re.compile(r"\+?\(?\d[\d().\-/ ]*\d\)?|\b\d\b")
_VANITY = re.compile(r"\b[01][\d-]{3,}-?[A-Z]{3,}\b")
_EMAIL = re.compile(r"[\w.+-]+\s?(?:@|\(at\)|\[at\])\s?[\w-]+(?:\.[\w-]+)+")
_SITE = re.compile(
    r"(?<![\w@])(?:https?://)?(?:www\.)?((?:[a-z0-9-]+\.)+(?:nl|be|com|org|net|eu|info|uk|ie|us|ca|au|nz|de"
    r"|help|health|app|io|care|chat|online"
    r"|site|nu|gov|edu|me|co|ai|dev|support|life))(?![\w@])",
    re.IGNORECASE,
)
_LINE_NAME = re.compile(
    r"\b(?:[A-Z][\w'’-]*\s){0,3}[A-Z][\w'’-]*(?:lijn|foon|line|telefoon)\b"
    r"|\b(?:[A-Z][\w'’&-]*\s(?:(?:of|for|and|van|voor|the)\s)?){1,4}(?:Helpline|Hotline|Lifeline|Line|Hulplijn"
    r"|Meldpunt|Crisislijn|Patrol)\b"
    r"|\b(?:Meldpunt|Hulplijn|Crisislijn|Crisisteam|Steunpunt)\s[A-Z][\w'’-]*(?:\s[A-Z][\w'’-]*)*"
)
_CLAUSE = re.compile(r"[,;:()]|\b(?:of|en|or|and|anders)\b")
_PREFIXES = ("0031", "0032", "0044", "00353", "0049", "0061", "0064", "001")


@dataclass(frozen=True, slots=True)
class HelplineBook:
    """The reviewed helplines: numbers (digits only) by country, their names and sites."""

    numbers: Mapping[str, frozenset[str]]
    names: Mapping[str, frozenset[str]]  # lower-case name → its numbers
    sites: frozenset[str] = frozenset()
    known_names: frozenset[str] = frozenset()  # organisations that may be named without a number
    country_words: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])

    @classmethod
    def of_directory(cls, directory: Directory) -> "HelplineBook":
        """Made from every reviewed record, with the other spellings of its number."""
        numbers: dict[str, set[str]] = {}
        names: dict[str, set[str]] = {}
        for record in directory.records:
            own = {digits(part) for part in (record.number, *record.also)} - {""}
            numbers.setdefault(record.country.value, set()).update(own)
            for name in record.names.values():
                names.setdefault(canonical(name), set()).update(own)
        return cls(
            numbers={country: frozenset(own) for country, own in numbers.items()},
            names={name: frozenset(own) for name, own in names.items()},
            sites=frozenset(site.lower() for site in directory.sites()),
        )

    def with_numbers(
        self, by_country: Mapping[str, Iterable[str]], by_name: Mapping[str, Iterable[str]]
    ) -> "HelplineBook":
        """The same book with numbers that a reply may name although they are on no card."""
        countries, names = dict(self.numbers), dict(self.names)
        for country, own in by_country.items():
            countries[country] = countries.get(country, frozenset()) | {digits(number) for number in own}
        for name, own in by_name.items():
            names[name] = names.get(name, frozenset()) | {digits(number) for number in own}
        return replace(self, numbers=countries, names=names)

    def every(self) -> frozenset[str]:
        """All reviewed numbers, whatever the country."""
        return frozenset(number for own in self.numbers.values() for number in own)


def digits(text: str) -> str:
    """A number as its digits, a country code read as 0: "+31 20 123" and "020-123" are the same."""
    bare = re.sub(r"\D", "", text)
    if text.strip().startswith("+"):
        bare = "00" + bare
    for prefix in _PREFIXES:
        if bare.startswith(prefix):
            return "0" + bare[len(prefix) :].removeprefix("0")
    return bare


def invented(text: str, user: str, book: HelplineBook, country: Country | None) -> bool:
    """Does this text name a number, site, address or line that is not a reviewed one that fits?"""
    if _VANITY.search(text) or _EMAIL.search(text):
        return True
    if any(not _site_known(site, book, user) for site in _SITE.findall(text)):
        return True
    if any(not _name_known(name, book, user) for name in _LINE_NAME.findall(text)):
        return True
    said = digits_read(canonical(text))
    clauses = _clauses(said)
    if not clauses:
        return False
    fits = _fitting(book, country, said, canonical(user))
    return any(_wrong(clause, fits, book, user) for clause in clauses)


def referral_numbers(text: str) -> tuple[str, ...]:
    """Digit groups of three or more that stand like a telephone number, for judging a whole reply."""
    return tuple(digits(found) for found in _candidates(digits_read(canonical(text)), cue=True))


def digits_read(text: str) -> str:
    """Canonical text with spelled-out numbers as digits ("een een drie", "honderdtwaalf", "eighteen thirteen")."""
    text = _DOUBLE.sub(lambda m: " ".join([m.group(2)] * (3 if m.group(1) in ("triple", "driemaal") else 2)), text)
    text = _SPELLED.sub(lambda m: "".join(_DIGITS[w] for w in re.findall("[a-z]+", m.group())) + " ", text)
    text = _HUNDRED.sub(_hundred, text)
    return _TWO_PARTS.sub(lambda m: f"{_TEENS[m.group(1)]}{_TEENS[m.group(2)]}", text)


def _hundred(found: re.Match[str]) -> str:
    tail = found.group(2)
    return str(100 * int(_DIGITS.get(found.group(1) or "een", "1")) + (_TEENS.get(tail) or int(_DIGITS.get(tail, "0"))))


def _clauses(said: str) -> list[tuple[str, bool]]:
    """Clauses with the knowledge whether the sentence speaks of calling or texting at all."""
    cue = bool(_PHONE_CUE.search(said))
    return [(part, cue) for part in _CLAUSE.split(said) if any(c.isdigit() for c in part)]


def _wrong(clause: tuple[str, bool], fits: frozenset[str], book: HelplineBook, user: str) -> bool:
    text, cue = clause
    for found in _candidates(text, cue):
        parts = [digits(found)] if digits(found) in fits else [digits(p) for p in re.split(r"\s+", found.strip())]
        parts = [part for part in parts if len(part) > 2]
        if not parts or any(part not in fits for part in parts):
            if digits(found) in re.sub(r"\D", "", user) and len(digits(found)) > 2:
                continue  # the person's own number, or an amount they wrote
            return bool(parts) or len(digits(found)) > 2
        owners = [
            own
            for name, own in book.names.items()
            if own and len(name) > 3 and re.search(rf"\b{re.escape(name)}\b", text)
        ]
        if owners and not any(part in own for part in parts for own in owners) and "112" not in parts:
            return True
    return False


def _candidates(text: str, cue: bool) -> list[str]:
    clean = _NOISE.sub(" _ ", text)
    found: list[str] = []
    for match in _NUMBER.finditer(clean):
        group = match.group()
        bare = re.sub(r"\D", "", group)
        if len(bare) < 3 or _UNIT_AFTER.match(clean, match.end()):
            continue
        if len(bare) >= 7 or bare.startswith(("08", "09")) or (cue and not _year(bare, clean, match.start())):
            found.append(group)
    return found


def _year(bare: str, text: str, start: int) -> bool:
    before = text[max(0, start - 22) : start]
    if len(bare) != 4 or not bare.startswith(("19", "20")):
        return False
    return not re.search(r"(?:\b(?:bel|toets|nummer|call|ring|dial|sms|text|lijn|line) (?:\w+ )?)$", before)


def _fitting(book: HelplineBook, country: Country | None, sentence: str, user: str) -> frozenset[str]:
    if country is None:
        return book.every()
    said = f"{sentence} {user}"
    fits = set(book.numbers.get(country.value, frozenset()))
    for other, words in book.country_words.items():
        if other != country.value and any(re.search(rf"\b{word}\b", said) for word in words):
            fits |= book.numbers.get(other, frozenset())
    return frozenset(fits)


def _site_known(site: str, book: HelplineBook, user: str) -> bool:
    site = site.lower()
    if site in user.lower():
        return True
    return any(site == known or site.endswith("." + known) for known in book.sites)


def _name_known(name: str, book: HelplineBook, user: str) -> bool:
    said = canonical(name)
    if said in canonical(user):
        return True
    return any(known in said for known in (*book.names, *book.known_names) if len(known) > 2)
