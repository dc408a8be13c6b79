"""Only this program's own pages, or the person's own hand, get an answer."""

import pytest

from tests.server.conftest import all_routes
from tests.server.visitor import FORM, HOST, ORIGIN, OWN, PORT, TYPED, Visitor
from tests.web.fake_desk import FakeDesk

CHANGES = [path for method, path in all_routes() if method == "POST" and path != "/start"]
LOOKS = [path for method, path in all_routes() if method == "GET"]
WRONG_ORIGINS = [
    None,
    "null",
    "",
    f"http://127.0.0.1:{PORT + 1}",
    f"https://127.0.0.1:{PORT}",
    "http://127.0.0.1",
    f"http://localhost:{PORT}",
    f"http://evil.test:{PORT}",
    f"{ORIGIN}/",
    f"{ORIGIN}.evil.test",
]


@pytest.mark.parametrize("origin", WRONG_ORIGINS)
def test_a_change_from_another_origin_is_refused_on_every_route(person: Visitor, origin: str | None) -> None:
    for path in CHANGES:
        assert person.change(path, origin=origin).status_code == 403, path


@pytest.mark.parametrize("site", [None, "", "none", "same-site", "cross-site", "Same-Origin", "same-origin, none"])
def test_a_change_that_is_not_from_its_own_page_is_refused(person: Visitor, site: str | None) -> None:
    for path in CHANGES:
        assert person.change(path, sec_fetch_site=site).status_code == 403, path


@pytest.mark.parametrize("site", [None, "same-site", "cross-site", "none"])
def test_a_part_of_a_page_comes_from_its_own_page_only(person: Visitor, site: str | None) -> None:
    for path in LOOKS:
        answer = person.get(path, sec_fetch_site=site, sec_fetch_mode="no-cors", sec_fetch_dest="image")
        assert answer.status_code == 403, path


@pytest.mark.parametrize("site", [None, "same-site", "cross-site"])
def test_another_site_may_lead_only_to_the_launch_page_help_and_notes(person: Visitor, site: str | None) -> None:
    open_to_all = {"/hulp", "/notities", "/start/x"} if site else set[str]()
    for path in LOOKS:
        answer = person.get(path, sec_fetch_site=site)
        assert (answer.status_code == 403) is (path not in open_to_all or path == "/start/x"), path


def test_an_address_typed_by_hand_works(person: Visitor) -> None:
    assert person.get("/", **_named(TYPED)).status_code == 200


def test_a_doubled_header_counts_as_none(person: Visitor) -> None:
    headers = [("host", HOST), ("cookie", person.cookie), ("content-type", FORM), *OWN.items()]
    doubled = [*headers, ("origin", ORIGIN), ("origin", "http://evil.test")]
    assert person.send("POST", "/begin", doubled, b"").status_code == 403


def test_looking_at_anything_changes_nothing(person: Visitor, desk: FakeDesk) -> None:
    person.post("/begin", country="NL")
    before = (desk.phase, desk.kept, list(desk.talks), desk.sent, desk.preferences)
    for path in LOOKS:
        person.get(path)
    assert (desk.phase, desk.kept, list(desk.talks), desk.sent, desk.preferences) == before


def _named(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("-", "_"): value for name, value in headers.items()}
