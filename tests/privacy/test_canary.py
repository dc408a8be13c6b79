"""A canary: words typed in the chat stand in clear in no file, no temporary file and no output, live or at the end."""

import signal

import pytest

from tests.commands.conftest import Server, Start, wait_until
from tests.faults.conftest import MODEL, PASSPHRASE, TINY, Tab, begin, keep, page_of, unlock
from tests.privacy.conftest import Places, forms, holds, open_hits

SAID, DRAFTED, NAMED, SECRET = "kanariegeel7391", "kanariegroen7392", "kanarierood7393", "kanarieblauw vier vijf zes"
WORDS = (SAID, DRAFTED, NAMED, SECRET)
ENDS = pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL], ids=["told to stop", "killed"])


def _journey(server: Server, talk: str) -> None:
    """Everything a person can type, said and not sent, and things that go wrong with it."""
    for text in (f"Ik slaap slecht, {SAID}.", f"Mijn {SAID} is ziek.", f"Ik wil niet meer leven, {SAID}."):
        with Tab(server, talk, text) as tab:
            tab.until("reply-done")
    server.post(f"{talk}/klad", text=f"nog niet af {DRAFTED}")
    server.post(f"/gesprekken{talk.removeprefix('/gesprek')}/naam", title=NAMED)
    server.post(f"{talk}/bericht", text=f"{SAID} " * 9_000)
    server.post(f"/gesprek/{SAID}/bericht", text=SAID)
    server.get(f"/gesprek/{SAID}")
    paper = server.post("/gereedschap/order_thoughts").header("location").rsplit("/stap/")[0]
    server.post(f"{paper}/stap/dump?deel=0", text=f"{SAID}\n{DRAFTED}", go="stop")
    server.post(f"{paper}/stap/dump?deel=0", text=f"{SAID} " * 9_000)
    assert SAID in server.get(paper).text and server.get(f"{paper}/bestand").status == 200
    page = server.get(talk).text
    assert all(word in page for word in (SAID, DRAFTED, NAMED))


def _nothing_in_clear(server: Server, places: Places) -> None:
    assert places.hits(WORDS) == []
    assert open_hits(server.process.pid, WORDS) == []


def _ended(server: Server, places: Places, number: int) -> None:
    server.stop(number)
    assert places.hits(WORDS) == []
    assert holds((server.line + server.errors).encode(), WORDS) == []


@ENDS
def test_what_is_not_kept_is_written_nowhere(start: Start, places: Places, number: int) -> None:
    server = start(folder=places.data, TMPDIR=str(places.temporary))
    _journey(server, begin(server))
    _nothing_in_clear(server, places)
    _ended(server, places, number)
    left = {"serve.lock"} | ({"serve.json"} if number == signal.SIGKILL else set())
    assert {path.name for path in places.data.rglob("*")} == left
    assert list(places.temporary.iterdir()) == []


@ENDS
def test_what_is_kept_is_written_in_clear_nowhere(start: Start, places: Places, number: int) -> None:
    server = start(folder=places.data, TMPDIR=str(places.temporary))
    talk = begin(server)
    server.post(f"{talk}/bericht", text=f"Eerst niet bewaard, {SAID}.")
    code = keep(server, SECRET)
    _journey(server, talk)
    _nothing_in_clear(server, places)
    _ended(server, places, number)
    assert places.hits([code, code.replace("-", "")]) == []
    again = start(folder=places.data, TMPDIR=str(places.temporary))
    assert SAID in page_of(again, unlock(again, SECRET))
    _nothing_in_clear(again, places)
    again.post("/vergrendelen")
    _nothing_in_clear(again, places)
    assert list(places.temporary.iterdir()) == []


@ENDS
def test_a_language_model_writes_nothing_either(start: Start, places: Places, number: int) -> None:
    server = start("--model", str(TINY), folder=places.data, TMPDIR=str(places.temporary))
    talk = begin(server)
    assert wait_until(lambda: MODEL in page_of(server, talk), 60)
    keep(server)
    with Tab(server, talk, f"Ik slaap slecht, {SAID}.") as tab:
        tab.until("reply-done")
    _nothing_in_clear(server, places)
    _ended(server, places, number)
    assert list(places.temporary.iterdir()) == []


def test_the_canary_would_be_found(places: Places) -> None:
    places.data.mkdir()
    for form in forms(SAID):
        (places.data / "leak").write_bytes(b"before " + form + b" after")
        assert places.hits([SAID]) == [f"leak: {SAID}"]
    assert places.hits([PASSPHRASE]) == []
