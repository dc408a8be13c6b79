"""A sign that would be read as a letter, where a writer of rules meant it as language, is refused by name."""

import pytest

from guardrails.phrases import PatternError, PhraseBook, split_words

MISTAKES = (
    "wil niet dood[gaan]",
    "kill[ing] it",
    "(een )?traan weg",
    "de trein|bus",
    "(grappig|moesten .. lachen)",
    "(now|tonight|$)",
    "(hurt|in the end$)",
    "(voor mijn (studie|les|werk)|tentamen)",
    "((he|she) said|they said)",
    "<(ga|wil) ; nu|straks>",
)
FINE = (
    "(wat|hoe) [?] $",
    "(here|behind|?)",
    "(a|(b|c)|[d])",
    "^ ik wil .. (dood|weg) ..6 $",
    "<(ga|wil) ; (nu|straks)>",
)


@pytest.mark.parametrize("pattern", MISTAKES)
def test_a_pattern_that_cannot_mean_what_it_says_is_refused(pattern: str) -> None:
    with pytest.raises(PatternError, match="pattern"):
        PhraseBook([("rule", pattern)])


@pytest.mark.parametrize("pattern", FINE)
def test_the_whole_language_is_still_read(pattern: str) -> None:
    PhraseBook([("rule", pattern)]).warm()


def test_inner_brackets_that_are_whole_alternatives_are_flattened() -> None:
    found = PhraseBook([("rule", "(@two|three)")], {"two": "one|(two|twee)"}).find(split_words("twee"))
    assert [match.owner for match in found] == ["rule"]
