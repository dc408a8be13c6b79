"""The bench in a real browser: a message explained, a set run and stopped, misses, differences, responders."""

import json
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Watch, browser, check, context, page, playwright, watch
from tests.commands.conftest import HOME, Start, environment, start

__all__ = ["browser", "context", "page", "playwright", "start", "watch"]

ALLOWED = ("422", "404", "Permissions-Policy header: Unrecognized feature")


class BenchProcess:
    """A `probe` that is ready."""

    errors = ""

    def __init__(self, folder: Path, *words: str) -> None:
        self.folder = folder
        command = [sys.executable, "-m", "app", "probe", "--data-dir", str(folder), "--no-browser", *words]
        self.process = subprocess.Popen(
            command, cwd=HOME, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        assert self.process.stdout is not None
        found = re.search(r"http://127\.0\.0\.1:\d+/start/\S+", self.process.stdout.readline())
        assert found, self.stop() or self.errors
        self.url = found[0]
        self.base = self.url.split("/start/")[0]

    def stop(self) -> int:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        _, self.errors = self.process.communicate(timeout=30)
        return self.process.returncode


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[BenchProcess]:
    running = BenchProcess(tmp_path / "testbank", "--responder", "scripted-worst")
    yield running
    running.stop()


@pytest.fixture
def opened(bench: BenchProcess, page: Page, watch: Watch) -> Page:
    watch.allowed_errors = ALLOWED
    page.goto(bench.url)
    page.wait_for_url(f"{bench.base}/")
    return page


def own_set(folder: Path, name: str, count: int) -> None:
    row = {"lang": "nl", "text": "Ik wil niet meer leven.", "level": "none", "kind": "none", "slice": "explicit"}
    lines = (json.dumps({"id": f"m{number}", **row}) for number in range(count))
    (folder / name).write_text("\n".join(lines), encoding="utf-8")


def run_set(page: Page, name: str) -> None:
    page.get_by_role("link", name="Reeksen").click()
    page.get_by_label(name, exact=True).check()
    page.get_by_role("button", name="Start").click()
    page.wait_for_url("**/uitkomsten/*")


def test_a_conversation_is_explained_and_bad_text_stays_covered(opened: Page) -> None:
    check(opened, "one")
    talk = "mens: hallo\nprogramma: Dag.\nmens: Vandaag ging het wel.\nmens: Ben jij een mens? Ik ben zo alleen."
    opened.get_by_label("Het bericht of het gesprek").fill(talk)
    opened.get_by_role("button", name="Lees dit").click()
    opened.wait_for_url("**/toets")
    check(opened, "trace")
    expect(opened.locator("mark").first).to_have_text(re.compile("mens", re.IGNORECASE))
    expect(opened.locator("svg.level-line circle")).to_have_count(4)
    written = opened.locator(".bad")
    expect(written).to_be_hidden()
    opened.get_by_text("Tonen.").click()
    expect(written).to_be_visible()
    assert written.get_attribute("inert") is not None
    assert opened.get_by_label("Het bericht of het gesprek").input_value().strip() == talk


def test_a_set_is_run_and_every_miss_and_difference_can_be_seen(opened: Page, bench: BenchProcess) -> None:
    own_set(bench.folder, "eigen.jsonl", 3)
    for number in (1, 2):
        run_set(opened, "eigen.jsonl")
        opened.get_by_role("link", name="Kijk opnieuw").or_(opened.get_by_role("link", name="Alle missers")).wait_for()
        opened.goto(f"{bench.base}/uitkomsten/{number}")
        expect(opened.get_by_role("link", name="Alle missers")).to_be_visible()
    check(opened, "result")
    row = opened.get_by_role("row", name=re.compile("^explicit"))
    expect(row).to_contain_text("3/3 = 100.0 %")
    row.get_by_role("link", name="3").click()
    expect(opened.get_by_role("heading", level=1)).to_have_text("Missers: explicit")
    check(opened, "misses")
    opened.get_by_role("link", name="Terug naar de uitkomst").click()
    opened.get_by_role("button", name="Vergelijk").click()
    expect(opened.get_by_text("Anders gelezen: 0.")).to_be_visible()
    check(opened, "difference")
    with opened.expect_download() as download:
        opened.goto(f"{bench.base}/uitkomsten/2")
        opened.get_by_role("link", name="Als JSON").click()
    saved = download.value.path().read_text(encoding="utf-8")
    assert len(json.loads(saved)["rows"]) == 3
    (bench.folder / "eerder.json").write_text(saved.replace('"read": "elevated"', '"read": "none"'), encoding="utf-8")
    opened.reload()
    opened.get_by_label("Vergelijk met").select_option("eerder.json")
    opened.get_by_role("button", name="Vergelijk").click()
    expect(opened.get_by_text("Anders gelezen: 3. Beter: 0. Slechter: 3.")).to_be_visible()


def test_a_long_run_shows_how_far_it_is_and_stops(opened: Page, bench: BenchProcess) -> None:
    own_set(bench.folder, "lang.jsonl", 19_999)
    run_set(opened, "lang.jsonl")
    expect(opened.get_by_role("progressbar")).to_be_visible()
    check(opened, "busy")
    opened.get_by_role("button", name="Stop deze proef").click()
    expect(opened.get_by_role("status")).to_have_text("Deze proef is gestopt. De cijfers gaan over een deel.")


def test_a_bad_file_is_one_sentence(opened: Page, bench: BenchProcess) -> None:
    (bench.folder / "fout.csv").write_text("id,tekst\na,b\n", encoding="utf-8")
    run_set(opened, "fout.csv")
    opened.reload()
    expect(opened.get_by_role("alert")).to_have_text("fout.csv, regel 1: dit is niet te lezen. Kijk het bestand na.")


def test_responders_stand_side_by_side(opened: Page) -> None:
    opened.get_by_role("link", name="Antwoorders").click()
    check(opened, "compare")
    opened.get_by_label("exam-replies.jsonl").check()
    opened.get_by_label("Het vaste programma").check()
    opened.get_by_label("De antwoorden die in de reeks staan").check()
    opened.get_by_role("button", name="Vergelijk").click()
    opened.wait_for_url("**/uitkomsten/1")
    expect(opened.get_by_role("row", name=re.compile("^own 40 "))).to_be_visible(timeout=60_000)
    check(opened, "compared")
    expect(opened.locator(".bad").first).to_be_hidden()


def test_the_pages_are_whole_in_english_and_help_is_on_each(opened: Page) -> None:
    opened.get_by_role("button", name="English").click()
    for link in ("Sets", "Results", "Responders", "One message"):
        opened.get_by_role("link", name=link).click()
        check(opened, link)
        opened.get_by_role("button", name="Help now").click()
        expect(opened.locator("#help-now .number").first).to_be_visible()
        opened.keyboard.press("Escape")
        expect(opened.get_by_text("Invented messages only.")).to_be_visible()


def test_nothing_typed_is_refused_with_one_sentence(opened: Page) -> None:
    opened.get_by_label("Het bericht of het gesprek").fill("programma: dag")
    opened.get_by_role("button", name="Lees dit").click()
    expect(opened.get_by_text("Het laatste bericht moet van een mens zijn.")).to_be_visible()


def test_the_bench_ends_with_nothing_said_and_its_folder_holds_nothing_typed(bench: BenchProcess, opened: Page) -> None:
    opened.get_by_label("Het bericht of het gesprek").fill("Een kanarie in de tuin.")
    opened.get_by_role("button", name="Lees dit").click()
    opened.wait_for_url("**/toets", wait_until="networkidle")  # nothing of the page is on its way when the server goes
    assert bench.stop() == 0
    assert bench.errors == ""
    assert list(bench.folder.iterdir()) == []


@pytest.mark.parametrize("path", ["/toets", "/reeksen", "/uitkomsten", "/uitkomsten/1", "/antwoorders"])
def test_the_program_of_a_person_has_no_route_of_the_bench(start: Start, path: str) -> None:
    server = start()
    server.enter()
    assert server.get(path).status == 404
    assert server.post(path, text="hallo").status == 404
