"""Verantwoording: the figures of the evidence in plain words, in every phase, from the same run as the report."""

import json
import re
from datetime import date
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from app.web.evidence.told import read_told
from guardrails.values import Country

HOME = Path(__file__).parents[2]
FILE = HOME / "docs" / "evidence.json"
TODAY = date(2026, 11, 25)


def test_the_page_says_what_the_report_counted(client: TestClient) -> None:
    page = client.get("/verantwoording").text
    data = json.loads(FILE.read_text(encoding="utf-8"))
    hits, total, low, high = data["danger"]["nl"]["seen"]
    assert f"zag het programma er {round(100 * hits / total)}." in page
    assert f"Geteld: {hits} van {total}." in page
    assert f"tussen {round(100 * low)} en {round(100 * high)} liggen." in page
    assert "Het is niet beoordeeld als medisch hulpmiddel." in page


def test_the_data_and_the_report_are_of_one_run() -> None:
    data, report = json.loads(FILE.read_text(encoding="utf-8")), (HOME / "docs" / "evidence.md").read_text("utf-8")
    assert f"Made on {data['made']} by `python -m app evidence`, guard content {data['content']}." in report
    for language in ("nl", "en"):
        hits, total = data["danger"][language]["seen"][:2]
        assert re.search(rf"^\| {language} \| {hits}/{total} = ", report, re.MULTILINE)
    assert data["changes"][0]["content"] == data["content"]


def test_it_is_one_tap_from_the_first_page_and_from_the_settings(client: TestClient) -> None:
    assert 'href="/verantwoording"' in client.get("/").text
    client.post("/begin", data={"country": "NL"})
    assert 'href="/verantwoording"' in client.get("/instellingen").text
    assert client.get("/verantwoording").status_code == 200


def test_it_stands_in_english_too(client: TestClient) -> None:
    page = client.get("/verantwoording", headers={"accept-language": "en"}).text
    assert "Of 100 messages with danger that testers wrote, the program saw" in page


def test_misses_stand_with_the_worst_first_and_each_has_words(client: TestClient) -> None:
    told = read_told(FILE, "nl", Country.NL, TODAY)
    assert told is not None
    rates = [figure.hits / figure.total for _, figure in told.kinds]
    assert rates == sorted(rates)
    assert len(rates) >= 8
    page = client.get("/verantwoording").text
    assert page.count("<tr><td>") == len(told.kinds) + len(told.slices)


def test_a_helpline_past_its_date_is_said_to_be_hidden() -> None:
    late = read_told(FILE, "nl", Country.NL, date(2099, 1, 1))
    now = read_told(FILE, "nl", Country.NL, TODAY)
    assert late is not None and now is not None
    assert not any(line.past for line in now.helplines)
    assert 0 < sum(line.past for line in late.helplines) < len(late.helplines)


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"format": "klankbord-evidence"}'])
def test_without_figures_it_says_so(tmp_path: Path, content: str) -> None:
    path = tmp_path / "evidence.json"
    path.write_text(content, encoding="utf-8")
    assert read_told(path, "nl", Country.NL, TODAY) is None
    assert read_told(tmp_path / "none.json", "nl", Country.NL, TODAY) is None
