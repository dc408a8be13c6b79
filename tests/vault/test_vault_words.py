"""Waiting after wrong tries, and a sentence for every code."""

import re

from app.vault import errors
from app.vault.attempts import delay_seconds
from app.vault.errors import VaultError, messages


def test_the_first_two_failures_are_free_and_no_wait_is_over_five_seconds() -> None:
    assert [delay_seconds(n) for n in range(9)] == [0.0, 0.0, 0.0, 1.0, 2.0, 4.0, 5.0, 5.0, 5.0]
    assert delay_seconds(100_000) == 5.0


def test_every_error_has_a_sentence_in_both_languages_and_every_sentence_an_error() -> None:
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, VaultError)]
    assert {kind.code for kind in kinds} == set(messages)


def test_the_sentences_are_short_and_calm() -> None:
    sentences = [s for pair in messages.values() for text in pair for s in re.findall(r"[^.]+\.(?= |$)", text)]
    lengths = [len(sentence.split()) for sentence in sentences]
    assert max(lengths) <= 15 and sum(lengths) / len(lengths) <= 10
    assert not any("!" in sentence or re.search(r"\b(ik|I)\b", sentence) for sentence in sentences)
    assert all(nl.endswith(".") and en.endswith(".") for nl, en in messages.values())
