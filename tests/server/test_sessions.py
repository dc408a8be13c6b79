"""Without a session only help, notes and static files; a change needs cookie and page token together."""

import pytest

from app.web.security.layer import FOR_EVERYBODY
from app.web.security.sessions import Sessions
from tests.server.conftest import all_routes
from tests.server.visitor import Visitor
from tests.web.fake_desk import PASSPHRASE, FakeDesk

CHANGES = [path for method, path in all_routes() if method == "POST" and not path.startswith("/start")]
LOOKS = [path for method, path in all_routes() if method == "GET"]
OPEN = {*FOR_EVERYBODY, "/static/style.css"}


def test_a_stranger_sees_only_what_is_for_everybody(stranger: Visitor) -> None:
    seen = {path for path in LOOKS if stranger.get(path).status_code == 200}
    assert seen == OPEN


def test_a_stranger_changes_nothing(stranger: Visitor, desk: FakeDesk) -> None:
    for path in CHANGES:
        answer = stranger.change(path, fields={"country": "NL", "text": "x"})
        assert answer.status_code == (303 if path == "/weg" else 403), path
    assert (desk.talks, desk.open, desk.sent) == ({}, False, [])


@pytest.mark.parametrize("token", ["", "x", "a" * 43])
def test_a_change_without_its_page_token_is_refused(person: Visitor, desk: FakeDesk, token: str) -> None:
    person.post("/begin", country="NL")
    for path in CHANGES:
        answer = person.change(path, fields={"page_token": token, "text": "x"})
        assert answer.status_code == (303 if path == "/weg" else 403), path
    assert desk.open
    assert desk.sent == []


def test_a_page_token_of_another_session_is_refused(person: Visitor, stranger: Visitor, sessions: Sessions) -> None:
    stranger.enter(sessions.new_launch())
    answer = person.change("/begin", fields={"page_token": stranger.page_token, "country": "NL"})
    assert answer.status_code == 403


@pytest.mark.parametrize("cookie", [None, "", "__Host-k=", "__Host-k=x", "k=x", "other=x"])
def test_a_wrong_cookie_is_refused(person: Visitor, cookie: str | None) -> None:
    assert person.get("/", cookie=cookie).status_code == 403
    assert person.change("/begin", fields={"country": "NL"}, cookie=cookie).status_code == 403


def test_two_session_cookies_count_as_none(person: Visitor) -> None:
    assert person.get("/", cookie=f"{person.cookie}; k=x").status_code == 403


def test_the_page_token_may_come_as_a_header(person: Visitor) -> None:
    answer = person.change("/begin", b"country=NL", x_page_token=person.page_token)
    assert answer.status_code == 303


def test_locking_ends_the_session_and_hands_out_another(person: Visitor, desk: FakeDesk) -> None:
    person.post("/begin", country="NL")
    old_cookie, old_token = person.cookie, person.page_token
    answer = person.post("/vergrendelen")
    assert not desk.open
    assert person.get("/", cookie=old_cookie).status_code == 403
    assert person.change("/begin", fields={"page_token": old_token}, cookie=old_cookie).status_code == 403
    person.take_cookie(answer)
    assert person.get("/").status_code == 200
    assert person.change("/begin", fields={"page_token": old_token}).status_code == 403
    person.look_around()
    assert person.post("/begin", country="NL").status_code == 303


def test_unlocking_hands_out_another_session_and_a_wrong_passphrase_does_not(person: Visitor, desk: FakeDesk) -> None:
    desk.vault = True
    assert "set-cookie" not in person.post("/ontgrendelen", passphrase="niet deze").headers
    old = person.cookie
    answer = person.post("/ontgrendelen", passphrase=PASSPHRASE)
    assert desk.open
    person.take_cookie(answer)
    assert person.cookie != old
    assert person.get("/", cookie=old).status_code == 403


def test_a_lock_in_one_tab_ends_the_session_of_another_browser(
    person: Visitor, stranger: Visitor, sessions: Sessions
) -> None:
    stranger.enter(sessions.new_launch())
    person.post("/begin", country="NL")
    person.post("/weg")
    assert stranger.get("/").status_code == 403
    assert stranger.get("/hulp").status_code == 200


def test_two_tabs_that_lock_at_once_get_the_same_session(sessions: Sessions) -> None:
    sessions.launch(sessions.new_launch())
    seen = sessions.generation
    assert sessions.rotate(seen) == sessions.rotate(seen)


def test_snel_weg_in_a_tab_that_is_no_longer_valid_still_leads_away(person: Visitor, desk: FakeDesk) -> None:
    person.post("/begin", country="NL")
    answer = person.change("/weg", fields={"page_token": "old"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/notities")
    assert desk.open
