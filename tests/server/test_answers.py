"""What every answer carries, and that no answer carries back what was sent."""

import pytest

from app.web.security.headers import SECURITY_HEADERS
from tests.server.conftest import all_routes
from tests.server.visitor import HOST, OWN, Visitor
from tests.web.fake_desk import FakeDesk

CANARY = "kanarie-7f3a-in-het-bericht"


def every_answer(visitor: Visitor) -> list[tuple[str, object]]:
    answers: list[tuple[str, object]] = []
    for method, path in all_routes():
        answer = visitor.get(path) if method == "GET" else visitor.change(path)
        answers.append((f"{method} {path}", answer))
        answers.append((f"OPTIONS {path}", visitor.send("OPTIONS", path, [("host", HOST)])))
        answers.append((f"foreign {path}", visitor.send(method, path, [("host", "evil.test")], b"")))
    return answers


@pytest.mark.parametrize("who", ["person", "stranger"])
def test_every_answer_carries_the_security_headers_once(who: str, request: pytest.FixtureRequest) -> None:
    for where, answer in every_answer(request.getfixturevalue(who)):
        sent = [(name.decode().lower(), value.decode()) for name, value in answer.headers.raw]  # pyright: ignore
        for name, value in SECURITY_HEADERS:
            assert sent.count((name.decode(), value.decode())) == 1, (where, name)
            assert [sent_name for sent_name, _ in sent].count(name.decode()) == 1, (where, name)
        names = {name for name, _ in sent}
        assert not any(name.startswith("access-control-") or name in ("server", "etag") for name in names), where


def test_the_policy_lets_nothing_in_from_elsewhere() -> None:
    policy = dict(SECURITY_HEADERS)[b"content-security-policy"].decode()
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert {part for rule in policy.split("; ") for part in rule.split()[1:]} == {"'none'", "'self'"}


@pytest.mark.parametrize("path", ["/docs", "/redoc", "/openapi.json", "/docs/oauth2-redirect", "/v1/models", "/hulp/"])
def test_there_are_no_pages_about_the_program(person: Visitor, path: str) -> None:
    assert person.get(path).status_code == 404


def test_an_unknown_page_is_one_sentence_without_its_name(person: Visitor) -> None:
    answer = person.get(f"/{CANARY}?{CANARY}={CANARY}")
    assert answer.status_code == 404
    assert CANARY not in answer.text
    assert "Deze pagina bestaat niet" in answer.text


def test_a_form_that_does_not_fit_is_one_sentence_without_its_values(person: Visitor) -> None:
    answer = person.post("/begin", country=CANARY)
    assert answer.status_code == 422
    assert CANARY not in answer.text


def test_a_failure_is_one_sentence_without_its_text(
    person: Visitor, desk: FakeDesk, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fails() -> tuple[()]:
        raise RuntimeError(CANARY)

    person.post("/begin", country="NL")
    monkeypatch.setattr(desk, "conversations", fails)
    answer = person.get("/gesprekken")
    assert answer.status_code == 500
    assert CANARY not in answer.text
    assert "Het ligt niet aan wat je schreef" in answer.text
    logged = capfd.readouterr()
    assert CANARY not in logged.out + logged.err
    assert "type=RuntimeError" in logged.err


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff\xfe\x00text=" + CANARY.encode(),
        f"text={CANARY}%ff".encode(),
        f"text={CANARY}%ed%a0%80".encode(),
        ("text=" + CANARY + "é").encode(),
        b"&" + f"text={CANARY}&a=1".encode() * 200,
        f'{{"text": "{CANARY}"}}'.encode(),
        b"\x00\x01\x02\x7f",
    ],
)
def test_a_body_that_is_no_form_is_refused_without_echo(person: Visitor, desk: FakeDesk, body: bytes) -> None:
    talk = person.post("/begin", country="NL").headers["location"]
    answer = person.change(f"{talk}/bericht", body, x_page_token=person.page_token)
    assert answer.status_code in (400, 422)
    assert CANARY not in answer.text
    assert desk.sent == []


@pytest.mark.parametrize("kind", [None, "", "text/plain", "application/json", "multipart/form-data; boundary=x"])
def test_only_plain_forms_are_read(person: Visitor, kind: str | None) -> None:
    answer = person.change("/begin", fields={"country": "NL"}, content_type=kind)
    assert answer.status_code == 400


def test_control_characters_do_no_harm(person: Visitor, desk: FakeDesk) -> None:
    talk = person.post("/begin", country="NL").headers["location"]
    assert person.post(f"{talk}/bericht", text="a\x00b\x1b[31mc\u202ed").status_code == 303
    assert "\x00" not in desk.sent[0]


def test_an_empty_message_is_one_sentence(person: Visitor, desk: FakeDesk) -> None:
    talk = person.post("/begin", country="NL").headers["location"]
    answer = person.post(f"{talk}/bericht", text="  ")
    assert answer.status_code == 422
    assert "Er staat nog niets" in answer.text


def test_100_kb_reaches_the_page_that_says_it_is_too_long(person: Visitor, desk: FakeDesk) -> None:
    talk = person.post("/begin", country="NL").headers["location"]
    answer = person.post(f"{talk}/bericht", text="é" * 100_000)
    assert answer.status_code == 413
    assert "Deze tekst is te lang" in answer.text
    assert desk.sent == []


def test_a_body_over_its_limit_is_one_sentence(person: Visitor) -> None:
    talk = person.post("/begin", country="NL").headers["location"]
    for path, size in ((f"{talk}/bericht", 1024 * 1024 + 1), ("/instellingen", 64 * 1024 + 1)):
        answer = person.change(path, b"a" * size, x_page_token=person.page_token)
        assert answer.status_code == 413
        assert "te lang" in answer.text


def test_a_declared_length_beyond_all_measure_is_not_waited_for(person: Visitor) -> None:
    headers = [("host", HOST), ("origin", f"http://{HOST}"), ("content-length", "9" * 30), *OWN.items()]
    assert person.send("POST", "/begin", headers, b"x").status_code == 413


def test_a_web_socket_is_closed(person: Visitor) -> None:
    assert person.web_socket_code("/") == 1008
