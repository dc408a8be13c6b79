"""A launch address opens one session, once, within ten minutes; looking at it uses nothing up."""

import pytest

from app.web.security.sessions import LAUNCH_SECONDS, Sessions
from tests.server.conftest import SECRET
from tests.server.visitor import HOST, ORIGIN, Visitor


def test_the_launch_page_has_one_button_and_leads_in(stranger: Visitor, sessions: Sessions) -> None:
    path = f"/start/{sessions.new_launch()}"
    page = stranger.get(path, sec_fetch_site="cross-site")
    assert page.status_code == 200
    assert f'action="{path}"' in page.text
    answer = stranger.change(path, b"")
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    stranger.take_cookie(answer)
    assert stranger.get("/").status_code == 200


def test_a_launch_token_works_once(stranger: Visitor, sessions: Sessions) -> None:
    token = sessions.new_launch()
    assert stranger.change(f"/start/{token}", b"").status_code == 303
    assert stranger.change(f"/start/{token}", b"").status_code == 403
    assert stranger.get(f"/start/{token}").status_code == 403


def test_a_second_press_of_the_button_just_goes_on(stranger: Visitor, sessions: Sessions) -> None:
    token = sessions.new_launch()
    stranger.take_cookie(stranger.change(f"/start/{token}", b""))
    again = stranger.change(f"/start/{token}", b"")
    assert again.status_code == 303
    assert "set-cookie" not in again.headers


def test_looking_at_the_launch_page_does_not_use_it_up(stranger: Visitor, sessions: Sessions) -> None:
    token = sessions.new_launch()
    for _ in range(3):
        assert stranger.get(f"/start/{token}").status_code == 200
    assert stranger.change(f"/start/{token}", b"").status_code == 303


def test_a_launch_token_is_too_old_after_ten_minutes(
    stranger: Visitor, sessions: Sessions, seconds: list[float]
) -> None:
    token, late = sessions.new_launch(), sessions.new_launch()
    seconds[0] = LAUNCH_SECONDS - 1
    assert stranger.change(f"/start/{token}", b"").status_code == 303
    seconds[0] = LAUNCH_SECONDS
    assert stranger.get(f"/start/{late}").status_code == 403
    assert stranger.change(f"/start/{late}", b"").status_code == 403


@pytest.mark.parametrize("token", ["", "x", "a" * 43, "%00", "é" * 10, "../hulp"])
def test_a_wrong_launch_token_opens_nothing(stranger: Visitor, sessions: Sessions, token: str) -> None:
    sessions.new_launch()
    answer = stranger.change(f"/start/{token}", b"")
    assert answer.status_code in (403, 404)
    assert "set-cookie" not in answer.headers


def test_only_so_many_launch_tokens_wait(sessions: Sessions) -> None:
    tokens = [sessions.new_launch() for _ in range(20)]
    assert [sessions.can_launch(token) for token in tokens].count(True) == 16
    assert sessions.can_launch(tokens[-1])


def test_the_cookie_says_nothing_and_stays_in_the_browser(stranger: Visitor, sessions: Sessions) -> None:
    answer = stranger.change(f"/start/{sessions.new_launch()}", b"")
    name, *parts = answer.headers["set-cookie"].split("; ")
    assert name.startswith("__Host-k=")
    assert sorted(parts) == ["HttpOnly", "Path=/", "SameSite=Strict", "Secure"]


def test_safari_gets_a_cookie_that_it_keeps(stranger: Visitor, sessions: Sessions) -> None:
    safari = "Mozilla/5.0 (Macintosh) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15"
    answer = stranger.change(f"/start/{sessions.new_launch()}", b"", user_agent=safari)
    assert answer.headers["set-cookie"].startswith("k=")
    assert "Secure" not in answer.headers["set-cookie"]
    stranger.take_cookie(answer)
    assert stranger.get("/").status_code == 200


def test_the_control_secret_gives_a_fresh_token(stranger: Visitor) -> None:
    headers = [("host", HOST), ("authorization", f"Bearer {SECRET}")]
    path = stranger.send("POST", "/start", headers).json()["launch"]
    assert stranger.change(path, b"").status_code == 303


@pytest.mark.parametrize("secret", [None, "", "Bearer", "Bearer wrong", f"Bearer {SECRET}x", SECRET[:-1]])
def test_a_wrong_control_secret_gives_nothing(stranger: Visitor, secret: str | None) -> None:
    headers = [("host", HOST), ("origin", ORIGIN)] + ([("authorization", secret)] if secret is not None else [])
    answer = stranger.send("POST", "/start", headers)
    assert answer.status_code == 403
    assert "launch" not in answer.text
