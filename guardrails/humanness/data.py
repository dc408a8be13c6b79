"""The reviewed data of reply review, read once: claim families, contexts, rewrites, replacements, known names."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from guardrails.phrases import PhraseBook
from guardrails.values import Belief, Claim, Kind, Language, Level

LANGUAGES = (Language.NL, Language.EN)
HERE = Path("guardrails") / "humanness"


class DataError(ValueError):
    """A data file of reply review cannot be used; the message names the file and what to change."""


@dataclass(frozen=True, slots=True)
class Setting:
    """A named context of a reply: what is known of the message it answers."""

    name: str
    beliefs: frozenset[Belief] = frozenset()
    kinds: frozenset[Kind] = frozenset()
    from_level: Level | None = None
    to_level: Level | None = None
    goodbye: bool = False
    pushback: bool = False


@dataclass(frozen=True, slots=True)
class Example:
    """A sentence a family must block or allow, with the message it answers ("" when that is all the same)."""

    reply: str
    user: str = ""


@dataclass(frozen=True, slots=True)
class Family:
    """One way of making a claim, with the settings it counts in (none: always)."""

    id: str
    claim: Claim
    language: Language
    settings: frozenset[str] = frozenset()
    not_in: frozenset[str] = frozenset()  # settings in which it does not count
    quoted: bool = False  # also inside a quotation or a draft
    as_written: bool = False  # not where "this program" is read as "I"
    blocks: tuple[Example, ...] = ()
    allows: tuple[Example, ...] = ()


@dataclass(frozen=True, slots=True)
class Rewrite:
    """A first-person sentence and its impersonal form."""

    pattern: re.Pattern[str]
    to: str
    language: Language


@dataclass(frozen=True, slots=True)
class Replacement:
    """Reviewed sentences that stand in for a cut one; the most specific that fits is taken."""

    claim: Claim | None  # None: for when nothing of the reply is left
    texts: tuple[str, ...]
    beliefs: frozenset[Belief] = frozenset()
    kinds: frozenset[Kind] = frozenset()


@dataclass(frozen=True, slots=True)
class Wording:
    """What is said in one language instead of a cut sentence, and why it was left out."""

    replacements: tuple[Replacement, ...]
    why: Mapping[Claim, str]


@dataclass(frozen=True, slots=True)
class HumannessData:
    """Everything the reviewer knows."""

    families: Mapping[str, Family]
    patterns: Mapping[Language, PhraseBook]
    exceptions: Mapping[Language, PhraseBook]
    settings: Mapping[str, Setting]
    setting_words: PhraseBook
    rewrites: tuple[Rewrite, ...]
    wording: Mapping[Language, Wording]
    known_names: frozenset[str] = frozenset()
    known_sites: frozenset[str] = frozenset()
    known_numbers: Mapping[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])  # by country
    numbers_of: Mapping[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])  # by name
    country_words: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])


def load_data(home: Path) -> HumannessData:
    """Read all reviewed data of reply review below `home`, the project's root. Raises DataError."""
    folder = home / HERE
    contexts = _read(folder / "contexts.toml")
    settings = {name: _setting(name, row) for name, row in contexts["setting"].items()}
    words = [(name, p) for name, row in contexts["setting"].items() for p in row.get("words", ())]
    groups = _read(folder / "groups.toml")["groups"]
    families: dict[str, Family] = {}
    patterns: dict[Language, list[tuple[str, str]]] = {language: [] for language in LANGUAGES}
    exceptions: dict[Language, list[tuple[str, str]]] = {language: [] for language in LANGUAGES}
    for path in sorted((folder / "claims").glob("*.toml")):
        language = Language(path.suffixes[0].lstrip("."))
        for row in _read(path).get("family", ()):
            family = _family(row, path, settings, language)
            if family.id in families:
                raise DataError(f"{path.name}: the id {family.id!r} is used twice; give one another name.")
            families[family.id] = family
            patterns[language] += [(family.id, p) for p in row["patterns"]]
            exceptions[language] += [(family.id, p) for p in row.get("unless", ())]
    known = _read(folder / "known.toml")
    return HumannessData(
        families=families,
        patterns={language: PhraseBook(rows, groups) for language, rows in patterns.items()},
        exceptions={language: PhraseBook(rows, groups) for language, rows in exceptions.items()},
        settings=settings,
        setting_words=PhraseBook(words, groups),
        rewrites=_rewrites(_read(folder / "rewrites.toml")),
        wording={language: _wording(home, language) for language in LANGUAGES},
        known_names=frozenset(known["names"]),
        known_sites=frozenset(known["sites"]),
        known_numbers={country: frozenset(rows) for country, rows in known["numbers"].items()},
        numbers_of={name: frozenset(rows) for name, rows in known["numbers_of"].items()},
        country_words={country: tuple(rows) for country, rows in known["country_words"].items()},
    )


def _read(path: Path) -> dict[str, Any]:
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise DataError(f"The file {path.name} of reply review cannot be read; install the program again.") from error
    except tomllib.TOMLDecodeError as error:
        raise DataError(f"The file {path.name} is not valid TOML: {error}.") from error
    if not {"owner", "date", "status"} <= data.keys():
        raise DataError(f"{path.name} needs owner, date and status at its top.")
    return data


def _setting(name: str, row: Mapping[str, Any]) -> Setting:
    return Setting(
        name=name,
        beliefs=frozenset(map(Belief, row.get("beliefs", ()))),
        kinds=frozenset(map(Kind, row.get("kinds", ()))),
        from_level=Level[row["from_level"].upper()] if "from_level" in row else None,
        to_level=Level[row["to_level"].upper()] if "to_level" in row else None,
        goodbye=bool(row.get("goodbye", False)),
        pushback=bool(row.get("pushback", False)),
    )


def _family(row: Mapping[str, Any], path: Path, settings: Mapping[str, Setting], language: Language) -> Family:
    needs = frozenset(row.get("needs", ()))
    not_in = frozenset(row.get("not_in", ()))
    if unknown := (needs | not_in) - settings.keys():
        raise DataError(f"{path.name}: {row['id']} names {sorted(unknown)}, which contexts.toml does not hold.")
    blocks, allows = _examples(row.get("blocks", ())), _examples(row.get("allows", ()))
    if len(blocks) < 2 or len(allows) < 2:
        raise DataError(f"{path.name}: {row['id']} needs at least two examples under blocks and under allows.")
    return Family(
        id=row["id"],
        claim=Claim(row["claim"]),
        language=language,
        settings=needs,
        not_in=not_in,
        quoted=bool(row.get("quoted", False)),
        as_written=bool(row.get("as_written", False)),
        blocks=blocks,
        allows=allows,
    )


def _examples(rows: Iterable[str | Mapping[str, str]]) -> tuple[Example, ...]:
    return tuple(Example(row) if isinstance(row, str) else Example(row["reply"], row.get("user", "")) for row in rows)


def _rewrites(data: Mapping[str, Any]) -> tuple[Rewrite, ...]:
    return tuple(
        Rewrite(re.compile(row["pattern"], re.IGNORECASE), row["to"], Language(row["language"]))
        for row in data["rewrite"]
    )


def _wording(home: Path, language: Language) -> Wording:
    data = _read(home / "prompts" / language.value / "guard" / "replacements.toml")
    rows = [
        Replacement(
            claim=Claim(row["claim"]) if row["claim"] != "nothing_left" else None,
            texts=tuple(row["texts"]),
            beliefs=frozenset(map(Belief, row.get("beliefs", ()))),
            kinds=frozenset(map(Kind, row.get("kinds", ()))),
        )
        for row in data["replacement"]
    ]
    why = {Claim(name): text for name, text in data["why"].items()}
    if missing := [claim.value for claim in Claim if claim not in why]:
        raise DataError(f"replacements.toml ({language.value}) has no why line for {missing}.")
    return Wording(tuple(rows), why)
