"""Getting a file from a source that breaks off, lies, sends elsewhere or serves something else."""

import hashlib
import ssl
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler

import pytest

from app.models.catalogue import Catalogue
from app.models.download import Download, FetchError, Patience, Told
from app.models.folder import ModelFolder, Pin
from tests.models.source import FILE, TINY, Source, breaks_off, status

Fetch = Callable[..., Pin]
IMPATIENT = Patience(silence=5.0, pauses=(0.0, 0.0))
RIGHT = hashlib.sha256(TINY.read_bytes()).hexdigest()


@pytest.fixture
def told() -> list[Told]:
    return []


@pytest.fixture
def fetch(source: Source, tls: ssl.SSLContext, folder: ModelFolder, told: list[Told]) -> Fetch:
    def once(catalogue: Catalogue | None = None, patience: Patience = IMPATIENT) -> Pin:
        offered = catalogue or source.catalogue()
        return Download(offered, offered.models[0], folder, tls, patience).run(told.append)

    return once


def refused(fetch: Fetch, *arguments: object) -> str:
    with pytest.raises(FetchError) as error:
        fetch(*arguments)
    return error.value.code


def test_a_file_comes_whole_and_the_digest_the_source_announced_is_pinned(
    fetch: Fetch, folder: ModelFolder, told: list[Told]
) -> None:
    assert fetch().sha256 == RIGHT
    assert folder.place(FILE).read_bytes() == TINY.read_bytes()
    assert folder.pins()[FILE].sha256 == RIGHT
    assert told[-1].done == told[-1].size == TINY.stat().st_size
    assert [path.name for path in folder.path.glob("*part*")] == []


def test_after_a_break_it_goes_on_where_it_was(fetch: Fetch, source: Source) -> None:
    source.answers = [breaks_off(100_000), breaks_off(200_000)]
    assert fetch().sha256 == RIGHT
    assert [asked.get("range") for asked in source.asked] == [None, "bytes=100000-", "bytes=200000-"]
    assert {asked.get("if-range") for asked in source.asked[1:]} == {source.etag}


def test_what_came_is_kept_when_the_connection_stays_lost_and_a_later_run_goes_on(
    fetch: Fetch, source: Source, folder: ModelFolder
) -> None:
    source.answers = [breaks_off(100_000), *[status(503)] * 3]
    assert refused(fetch) == "source_failed"
    assert folder.received(FILE) == 100_000
    assert fetch().sha256 == RIGHT
    assert source.asked[-1]["range"] == "bytes=100000-"


def test_another_file_at_the_source_is_begun_anew_and_not_glued_to_the_old_part(
    fetch: Fetch, source: Source, folder: ModelFolder
) -> None:
    source.answers = [breaks_off(100_000), *[status(503)] * 3]
    refused(fetch)
    source.data = source.data[:-1] + b"x"
    source.etag = f'"{hashlib.sha256(source.data).hexdigest()}"'
    assert fetch().sha256 == hashlib.sha256(source.data).hexdigest()
    assert folder.place(FILE).read_bytes() == source.data


def test_a_source_that_cannot_go_on_in_the_middle_sends_the_whole_again(fetch: Fetch, source: Source) -> None:
    def whole(handler: BaseHTTPRequestHandler, at: Source) -> None:
        del handler.headers["range"]
        at.serve(handler)

    source.answers = [breaks_off(100_000), whole]
    assert fetch().sha256 == RIGHT


def test_wrong_bytes_are_thrown_away(fetch: Fetch, source: Source, folder: ModelFolder) -> None:
    source.answers = [lambda handler, at: at.serve(handler, at.data[:-1] + b"x")]
    assert refused(fetch) == "wrong_digest"
    assert list(folder.path.glob("tiny*")) == []
    assert folder.pins() == {}


def test_a_file_that_is_no_model_is_thrown_away_though_its_digest_is_right(
    fetch: Fetch, source: Source, folder: ModelFolder
) -> None:
    source.data = b"<html>" * 1000
    source.etag = f'"{hashlib.sha256(source.data).hexdigest()}"'
    assert refused(fetch) == "not_gguf"
    assert folder.installed() == ()


def test_a_length_that_is_too_long_ends_as_a_lost_connection(fetch: Fetch, source: Source) -> None:
    def longer(handler: BaseHTTPRequestHandler, at: Source) -> None:
        at.serve(handler, at.data, len(at.data) + 10)
        handler.close_connection = True

    source.answers = [longer] * 9
    assert refused(fetch) in {"connection_lost", "wrong_digest", "wrong_size"}


def test_a_size_far_beyond_what_the_catalogue_says_is_refused_before_a_byte_is_kept(
    fetch: Fetch, source: Source, folder: ModelFolder
) -> None:
    assert refused(fetch, source.catalogue(size=1000)) == "wrong_size"
    assert folder.received(FILE) == 0


def test_a_digest_other_than_that_of_the_catalogue_is_refused_before_a_byte_is_kept(
    fetch: Fetch, source: Source, folder: ModelFolder
) -> None:
    assert refused(fetch, source.catalogue(f'sha256 = "{"0" * 64}"')) == "other_file"
    assert folder.received(FILE) == 0


def test_a_source_that_announces_no_digest_is_refused(fetch: Fetch, source: Source) -> None:
    source.etag = '"abc"'
    assert refused(fetch) == "no_digest"


def test_a_pin_of_an_earlier_time_holds(fetch: Fetch, source: Source, folder: ModelFolder) -> None:
    folder.put_pin(FILE, Pin("1" * 64, len(source.data)))
    assert refused(fetch) == "other_file"


@pytest.mark.parametrize(
    "place", ["http://localhost:{port}/x", "https://127.0.0.1:{port}/x", "https://user@localhost:{port}/x", "file:///x"]
)
def test_a_redirect_away_from_the_list_is_not_followed(fetch: Fetch, source: Source, place: str) -> None:
    source.answers = [status(302, Location=place.format(port=source.port))]
    assert refused(fetch) == "not_allowed"
    assert len(source.asked) == 1


def test_a_redirect_within_the_list_is_followed_and_endless_ones_are_not(fetch: Fetch, source: Source) -> None:
    source.answers = [status(302, Location="/elsewhere?key=1")]
    assert fetch().sha256 == RIGHT
    assert source.asked[-1]["path"] == "/elsewhere?key=1"
    source.answers = [status(302, Location="/again")] * 20
    assert refused(fetch) == "not_allowed"


def test_the_announced_digest_comes_from_the_source_itself_on_a_redirect(fetch: Fetch, source: Source) -> None:
    size = str(len(source.data))
    source.answers = [status(302, Location="/x", X_Linked_Etag=f'"{"2" * 64}"', X_Linked_Size=size)]
    assert refused(fetch) == "wrong_digest"


@pytest.mark.parametrize(
    ("code", "expected", "times"), [(404, "source_refused", 1), (403, "source_refused", 1), (500, "source_failed", 3)]
)
def test_refusals_are_final_and_failures_are_tried_again(
    fetch: Fetch, source: Source, code: int, expected: str, times: int
) -> None:
    source.answers = [status(code)] * 9
    assert refused(fetch) == expected
    assert len(source.asked) == times


def test_too_many_asked_bytes_begin_anew(fetch: Fetch, source: Source) -> None:
    source.answers = [breaks_off(100_000), status(416)]
    assert fetch().sha256 == RIGHT


def test_an_unknown_certificate_is_not_trusted(source: Source, folder: ModelFolder) -> None:
    offered = source.catalogue()
    download = Download(offered, offered.models[0], folder, ssl.create_default_context(), IMPATIENT)
    with pytest.raises(FetchError, match="not_trusted"):
        download.run(lambda _: None)
    assert source.asked == []


def test_silence_of_the_source_counts_as_a_lost_connection(fetch: Fetch, source: Source) -> None:
    import threading

    released = threading.Event()

    def silent(handler: BaseHTTPRequestHandler, at: Source) -> None:
        released.wait(10)
        handler.close_connection = True

    source.answers = [silent]
    try:
        assert fetch(None, Patience(silence=0.2, pauses=(0.0,))).sha256 == RIGHT
    finally:
        released.set()


def test_a_full_disk_is_said_before_a_byte_comes(
    fetch: Fetch, folder: ModelFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.models.folder.MARGIN", 1 << 60)
    assert refused(fetch) == "disk_full"
    assert folder.received(FILE) == 0
