"""Probe files: the repository's own and those of testers; a bad file is one clear refusal."""

from pathlib import Path

import pytest

from app.probe.files import read_probes, risk_probes
from app.probe.values import MOST_ROWS, ProbeError, Said
from guardrails.statistics.examples import risk_examples
from guardrails.values import Level
from tests.probe.conftest import HOME


def put(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("path", sorted((HOME / "tests" / "probes").glob("*risk*.jsonl")), ids=lambda path: path.stem)
def test_the_sets_of_the_repository_are_read_as_the_evidence_reads_them(path: Path) -> None:
    assert [probe.example for probe in risk_probes(read_probes(path))] == risk_examples(path)


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_a_table_of_a_spreadsheet_is_read(tmp_path: Path, mark: str) -> None:
    rows = [
        ["id", "text", "level", "language", "kind", "slice", "context"],
        ["a", '"Hallo; daar, jij"', "none", "nl", "", "", ""],
        ["b", '"twee\nregels"', "Elevated", "nl", "suicide", "explicit", '"mens: hoi\nprogramma: dag"'],
    ]
    text = "\ufeff" + "\r\n".join(mark.join(row) for row in rows)
    first, second = risk_probes(read_probes(put(tmp_path, "own.csv", text.encode())))
    assert (first.example.text, first.example.level, first.example.kind) == ("Hallo; daar, jij", Level.NONE, "none")
    assert (second.example.text, second.example.level) == ("twee\nregels", Level.ELEVATED)
    assert second.context == (Said("user", "hoi"), Said("assistant", "dag"))


@pytest.mark.parametrize(
    ("name", "content", "code", "line"),
    [
        ("a.xlsx", b"id,text,level", "suffix", 0),
        ("a.csv", b"id,tekst,level\na,b,none", "columns", 1),
        ("a.csv", b"id,text,level\na,b", "line", 2),
        ("a.csv", b'id,text,level\na,"b"c,none', "line", 2),
        ("a.csv", b"id,text,level\na,b,zwaar", "line", 2),
        ("a.csv", b"", "columns", 1),
        ("a.csv", b"PK\x03\x04\x00\x00", "binary", 0),
        ("a.csv", b"\xff\xfei\x00d\x00", "binary", 0),
        ("a.jsonl", b"\x80\x81", "binary", 0),
        ("a.jsonl", b"", "empty", 0),
        ("a.jsonl", b'{"id": "a", "text": "b"}', "columns", 1),
        ("a.jsonl", b'{"id": "a", "text": "b", "level": "none"}\n{"id": 1', "line", 2),
        ("a.jsonl", b"[1]", "line", 1),
        ("a.jsonl", b"[" * 5000, "line", 1),
        ("a.jsonl", b'{"id": "a", "text": ["b"], "level": "none"}', "line", 1),
        (
            "a.jsonl",
            b'{"id": "a", "text": "b", "level": "none", "context": [{"role": "system", "text": "x"}]}',
            "line",
            1,
        ),
        ("a.jsonl", b'"' + b"a" * 300_000 + b'"', "too_long", 1),
    ],
)
def test_a_bad_file_names_what_is_wrong(tmp_path: Path, name: str, content: bytes, code: str, line: int) -> None:
    with pytest.raises(ProbeError) as caught:
        list(read_probes(put(tmp_path, name, content)))
    assert (caught.value.code, caught.value.file, caught.value.line) == (code, name, line)


def test_a_file_that_is_not_there_and_a_file_that_is_too_large(tmp_path: Path) -> None:
    with pytest.raises(ProbeError, match="no_file"):
        list(read_probes(tmp_path / "none.csv"))
    with (tmp_path / "huge.jsonl").open("wb") as file:
        file.truncate(33 * 1024 * 1024)
    with pytest.raises(ProbeError, match="too_large"):
        list(read_probes(tmp_path / "huge.jsonl"))


def test_more_rows_than_a_run_takes_are_refused_while_reading(tmp_path: Path) -> None:
    row = b'{"id": "a", "text": "b", "level": "none"}\n'
    path = put(tmp_path, "many.jsonl", row * (MOST_ROWS + 1))
    reading = read_probes(path)
    assert next(reading)
    with pytest.raises(ProbeError, match="too_many"):
        list(reading)
