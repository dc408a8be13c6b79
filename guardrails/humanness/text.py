"""The words of a model's sentence in one form: contractions opened, forms of "you" and "I" made one."""

import re

from guardrails.normalise import normalise
from guardrails.phrases import Words, split_words

_LOOKALIKES = str.maketrans(
    {
        **dict(
            zip(
                "аеіјкморсухѕԁһԛԝвнтгпзьАЕІЈКМОРСУХЅВНТ",
                "aeijkmopcyxsdhqwbhtrn3baeijkmopcyxsbht",
                strict=False,
            )
        ),
        **dict(zip("αβεικνοπρτυχωΑΒΕΙΚΜΝΟΡΤΥΧ", "abeiknoprtuxwabeikmnoptyx", strict=False)),
        "ı": "i",
        "ł": "l",
        "ø": "o",
        "đ": "d",
        "ß": "ss",
        "æ": "ae",
    }
)
_LEET = str.maketrans("013457@$", "oieastas")
_LEET_WORD = re.compile(r"(?<![\w@$])(?=[\w@$]*[a-z])(?=[\w@$]*[013457@$])[a-z013457@$]{2,}(?![\w@$])")
_UNIT = re.compile(r"\d+(?:x|e|de|ste|u|uur|h|hr|min|mg|ml|g|kg|km|cm|pm|am|st|nd|rd|th|s)?")
_INNER = re.compile(r"(?<=[a-z])[-./*_~|+](?=[a-z])")
_MARKS = re.compile(r"[,;:\-/*_~|+=<>{}\[\]#^]+|(?<![a-z0-9])'|'(?![a-z0-9])")
_PLACEHOLDER = re.compile(r"\[[a-z][a-z '/-]{1,30}\]")

_CONTRACTIONS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), to)
    for pattern, to in (
        (r"\bcan'?t\b|\bcannot\b", "can not"),
        (r"\bwon'?t\b", "will not"),
        (r"\bshan'?t\b", "shall not"),
        (r"\b(do|does|did|is|are|was|were|has|have|had|would|could|should|need|must)n'?t\b", r"\1 not"),
        (r"\b(i)'?m\b", r"\1 am"),
        (r"\b(you|we|they)'re\b", r"\1 are"),
        (r"\b(i|you|we|they|he|she|it|that|there|nothing|nobody|who|this)'ll\b", r"\1 will"),
        (r"\bive\b", "i have"),
        (r"\b(i|you|we|they|he|she|it|who)'d\b", r"\1 would"),
        (
            r"\b(he|she|it|that|there|what|who|where|here|this|nothing|everything|everyone|nobody)'s\b",
            r"\1 is",
        ),
        (r"\blet's\b", "let us"),
        (r"\bgonna\b", "going to"),
        (r"\bgotta\b", "got to"),
        (r"\bwanna\b", "want to"),
        (r"\b(?:ya|yer|yourself)\b", "you"),
        (r"\b(?:ur|your|yours)\b", "your"),
        (r"\bmyself\b", "me"),
    )
)
_MAY_CONTRACT = re.compile(
    r"'|\b(?:cannot|im|i?ve|gonna|gotta|wanna|ya|yer|ur|yours?|yourself|myself"
    r"|(?:ca|wo|sha|do|does|did|is|are|was|were|has|have|had|would|could|should|need|must)nt)\b"
)
_HAVE = re.compile(r"\b(i|you|we|they)'ve\b")

_ONE_FORM = {
    "jij": "je",
    "jou": "je",
    "jouw": "je",
    "jouwe": "je",
    "jullie": "je",
    "u": "je",
    "uw": "je",
    "gij": "je",
    "ge": "je",
    "jezelf": "je",
    "uzelf": "je",
    "mij": "me",
    "mezelf": "me",
    "mijzelf": "me",
    "m'n": "mijn",
    "mn": "mijn",
    "'k": "ik",
    "kheb": "ik heb",
    "kben": "ik ben",
    "kvind": "ik vind",
    "ikzelf": "ik",
    "'t": "het",
    "t": "het",
    "'n": "een",
    "z'n": "zijn",
    "zn": "zijn",
    "d'r": "haar",
    "hou": "houd",
    "houdt": "houd",
    "da": "dat",
    "nie": "niet",
    "wa": "wat",
    "nen": "een",
    "ne": "een",
}
_AFTER_BUT = re.compile(r"[,;:.] ?(?:maar|but|however|toch) (?=(?:\S+ ){3})")
"""A disclaimer before "but" does not redeem what comes after it."""
_SELF = re.compile(
    r"\b(?:(?:deze|dit|de|jouw|uw|je|een) (?:eigen |lieve |trouwe )?(?:programma|computerprogramma|chatbot|bot"
    r"|assistent|computer|ai|taalmodel"
    r"|app|klankbord|hulpje|maatje hier)|klankbord|(?:this|your) (?:own |little |loyal )?(?:program|programme"
    r"|chatbot|bot"
    r"|assistant|computer|ai|app|model))\b"
)
_DUTCH_SELF = re.compile(r"\b(?:de|dit|deze|jouw|uw|je|een|klankbord)\b")


def canonical(text: str) -> str:
    """Normalised text with contractions opened, look-alike letters and digits read, placeholders named."""
    text = normalise(text if text.isascii() else text.translate(_LOOKALIKES))
    text = _PLACEHOLDER.sub(" placeholder ", text)
    if any(c in text for c in "013457@$"):
        text = _LEET_WORD.sub(_unleet, text)
    if _MAY_CONTRACT.search(text):
        text = _HAVE.sub(r"\1 have", text)
        for pattern, to in _CONTRACTIONS:
            text = pattern.sub(to, text)
    return text


def _unleet(found: re.Match[str]) -> str:
    word = found.group()
    return word if _UNIT.fullmatch(word) else word.translate(_LEET)


def row(text: str) -> Words:
    """The words patterns run on: no commas or hyphens, one form for every "je", "ik" and "het"."""
    return split_words(one_form(_MARKS.sub(" ", text)))


def one_form(text: str) -> str:
    """Every word of a canonical text in its one form."""
    return re.sub(r"(?<![0-9a-z])'?[a-z]+(?:'[a-z]+)*", lambda m: _ONE_FORM.get(m.group(), m.group()), text)


def variants(text: str) -> tuple[Words, ...]:
    """All forms of a sentence that families are held against."""
    base = canonical(text)
    return (*written(base), *as_program(base))


def written(base: str) -> tuple[Words, ...]:
    """A canonical sentence as it is, what follows "maar"/"but" in it, and without marks inside words."""
    found = [row(base)]
    tail = _AFTER_BUT.search(base)
    if tail:
        found.append(row(base[tail.end() :]))
    if _INNER.search(base):
        found.append(row(_INNER.sub("", base)))
    return tuple(found)


def as_program(base: str) -> tuple[Words, ...]:
    """A canonical sentence with "this program" read as "ik" or "i"; nothing when it does not name itself."""
    spoken = _SELF.sub(lambda m: "ik" if _DUTCH_SELF.search(m.group()) else "i", base)
    return (row(spoken),) if spoken != base else ()
