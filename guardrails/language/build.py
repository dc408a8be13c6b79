"""Makes guardrails/language/model.json again: `python -m guardrails.language.build` from the repository root.

A naive Bayes of words and letter triples over three classes: Dutch and English from the repository's own
examples, "other" as the mean over languages written out in sentences/. The result depends on nothing else.
"""

import json
import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import cast

from guardrails.language.detect import MODEL, triples, words

EXAMPLES = (
    "guardrails/risk/examples/nl-danger.jsonl",
    "guardrails/risk/examples/nl-calm.jsonl",
    "guardrails/risk/examples/nl-other.jsonl",
    "guardrails/risk/examples/en-danger.jsonl",
    "guardrails/risk/examples/en-calm.jsonl",
    "guardrails/beliefs/examples/beliefs.jsonl",
    "prompts/topics/examples/topics.jsonl",
)
_OWN = ("nl", "en")
_WORD_TIMES = 2  # a word of one message only says nothing about its language
_SMOOTHING = 0.5
_OTHER_VOCABULARY = 4000

Split = Callable[[str], list[str]]


def examples(home: Path) -> Iterator[tuple[str, str]]:
    """(language, text) of every training example, the person's own words only."""
    for name in EXAMPLES:
        for line in (home / name).read_text(encoding="utf-8").splitlines():
            if line.strip():
                row = cast(dict[str, str], json.loads(line))
                yield row["lang"], row["text"]


def sentences(home: Path) -> dict[str, list[str]]:
    """The hand-written sentences, by language code."""
    folder = home / "guardrails" / "language" / "sentences"
    return {path.stem: path.read_text(encoding="utf-8").splitlines() for path in sorted(folder.glob("*.txt"))}


def build(home: Path) -> dict[str, object]:
    """The model: for words and for letter triples, three log probabilities times 100 (nl, en, other)."""
    own: dict[str, list[str]] = {name: [] for name in _OWN}
    for language, text in examples(home):
        own[language].append(text)
    foreign = list(sentences(home).values())
    return {
        "words": _table([own["nl"], own["en"]], foreign, words, _WORD_TIMES),
        "triples": _table([own["nl"], own["en"]], foreign, _text_triples, 1),
    }


def _text_triples(text: str) -> list[str]:
    return [triple for word in words(text) for triple in triples(word)]


def _table(own: list[list[str]], foreign: list[list[str]], split: Split, least: int) -> dict[str, list[int]]:
    own_counts = [_count(rows, split) for rows in own]
    foreign_counts = [_count(rows, split) for rows in foreign]
    kept = {item for counts in own_counts for item, times in counts.items() if times >= least}
    kept |= {item for counts in foreign_counts for item in counts}
    size = len(kept)
    table: dict[str, list[int]] = {}
    for item in sorted(kept):
        chances = [_chance(counts, item, size) for counts in own_counts]
        chances.append(sum(_chance(c, item, _OTHER_VOCABULARY) for c in foreign_counts) / len(foreign_counts))
        table[item] = [round(100 * math.log(chance)) for chance in chances]
    return table


def _count(rows: Iterable[str], split: Split) -> Counter[str]:
    return Counter(item for row in rows for item in split(row))


def _chance(counts: Counter[str], item: str, size: int) -> float:
    return (counts[item] + _SMOOTHING) / (counts.total() + _SMOOTHING * size)


def main() -> None:
    """Writes the model next to this file."""
    home = Path.cwd()
    text = json.dumps(build(home), ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    (home / MODEL).write_text(text.replace("],", "],\n") + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
