"""What no person means to send is one clear sentence each time, and the next message works."""

from urllib.parse import urlencode

import pytest

from tests.commands.conftest import Answer, Server, Start
from tests.faults.conftest import Tab, begin, page_of, text_of

EMPTY = "Er staat nog niets. Typ eerst een bericht."
LONG = "Deze tekst is te lang. Stuur hem in kleinere stukken."
TOO_LONG = "Deze tekst is te lang. Maak hem korter en stuur hem opnieuw."
UNREADABLE = "Deze aanvraag is niet te lezen. Ga terug en probeer het opnieuw."


@pytest.fixture(scope="module")
def talking(tmp_path_factory: pytest.TempPathFactory) -> object:
    server = Server(tmp_path_factory.mktemp("data"))
    yield server, begin(server)
    assert server.stop() == 0
    assert server.errors == ""


Talking = tuple[Server, str]


def _send(server: Server, talk: str, raw: bytes) -> Answer:
    """A form as these bytes, without JavaScript."""
    body = urlencode({"page_token": server.page_token}).encode() + b"&text=" + raw
    headers = {"origin": f"http://{server.host}", "content_type": "application/x-www-form-urlencoded"}
    return server.ask("POST", f"{talk}/bericht", body, **server._own(), **headers, cookie=server.cookie)


def _goes_on(server: Server, talk: str) -> None:
    with Tab(server, talk, "Ik slaap slecht.") as tab:
        tab.until("reply-done")
    assert tab.events == ["reply-saved", "reply-done"]


@pytest.mark.parametrize(
    ("raw", "status", "sentence"),
    [
        (b"", 422, EMPTY),
        (b"+%0A+%09", 422, EMPTY),
        (b"%00%01%02%1b%7f", 422, EMPTY),
        (b"%C2%80%C2%9F", 422, EMPTY),
        (b"woord+" * 17_000, 413, LONG),
        (b"x" * 2_000_000, 413, TOO_LONG),
        (b"%ff%fe%c3", 400, UNREADABLE),
        (b"\xff\xfe\xc3", 400, UNREADABLE),
        (b"%ed%a0%80", 400, UNREADABLE),
    ],
    ids=["nothing", "space", "control", "more control", "100 kB", "2 MB", "no UTF-8", "raw bytes", "half a character"],
)
def test_bad_input_is_one_clear_sentence_and_the_next_message_works(
    talking: Talking, raw: bytes, status: int, sentence: str
) -> None:
    server, talk = talking
    before = page_of(server, talk)
    answer = _send(server, talk, raw)
    assert answer.status == status
    assert text_of(answer.text).count(sentence) == 1
    assert _said(page_of(server, talk)) == _said(before)
    _goes_on(server, talk)


def _said(page: str) -> int:
    """How many messages stand on a page."""
    return page.count("Jij ")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [("", EMPTY), ("\x00\x1b", EMPTY), ("woord " * 17_000, LONG)],
    ids=["nothing", "control", "long"],
)
def test_a_tab_is_told_the_same_and_keeps_its_text(talking: Talking, text: str, sentence: str) -> None:
    server, talk = talking
    with Tab(server, talk, text) as tab:
        tab.until("reply-failed")
    assert tab.events == ["reply-failed"]
    assert tab.heard == [sentence]
    _goes_on(server, talk)


def test_control_characters_between_words_are_left_out(talking: Talking) -> None:
    server, talk = talking
    with Tab(server, talk, "Ik \x1b[31mslaap\x00 slecht\u202e.\x07") as tab:
        tab.until("reply-done")
    assert tab.events == ["reply-saved", "reply-done"]
    page = server.get(talk).text
    assert not any(mark in page for mark in "\x00\x07\x1b")


def test_markup_in_a_message_is_text(talking: Talking) -> None:
    server, talk = talking
    with Tab(server, talk, "<script>alert(1)</script> <hx-partial hx-target='#messages'>{{ 7 * 7 }}") as tab:
        tab.until("reply-done")
    assert "<script>alert(1)" not in server.get(talk).text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in server.get(talk).text


def test_a_conversation_that_is_not_there_is_one_sentence(start: Start) -> None:
    server = start()
    begin(server)
    answer = server.get("/gesprek/nergens")
    assert answer.status == 404
    assert "Dit gesprek bestaat niet meer. Kies een ander gesprek." in text_of(answer.text)
