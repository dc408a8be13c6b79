"""Who gets in at `/v1`, and what a request that cannot be answered is told."""

import json
from typing import Any

import pytest

from tests.api.conftest import PATH, PORT, TOKEN, Caller, talk

CANARY = "kanarie-in-een-verzoek"
HELLO = {"role": "user", "content": "Hallo."}


@pytest.mark.parametrize(
    "given", [None, "", "Bearer", "Bearer ", "Bearer wrong", TOKEN, f"Basic {TOKEN}", f"Bearer {TOKEN}x"]
)
def test_without_the_token_nothing_is_answered(caller: Caller, given: str | None) -> None:
    for method, path in (("GET", "/v1/models"), ("POST", PATH), ("GET", "/v1/other")):
        answer = caller.ask(method, path, b"{}", authorization=given)
        assert answer.status_code == 401
        assert answer.json()["error"]["code"] == "invalid_api_key"


def test_the_token_is_all_it_takes(caller: Caller) -> None:
    answer = caller.ask(
        "POST",
        PATH,
        json.dumps({"messages": [HELLO]}).encode(),
        origin="http://elsewhere.test",
        sec_fetch_site="cross-site",
        content_type=None,
    )
    assert answer.status_code == 200


def test_it_answers_to_its_own_address_only(caller: Caller) -> None:
    assert caller.ask("GET", "/v1/models", host=f"localhost:{PORT}").status_code == 200
    for host in ("evil.test", f"127.0.0.1:{PORT + 1}", "127.0.0.1"):
        assert caller.ask("GET", "/v1/models", host=host).status_code == 400


def test_the_models_are_one(caller: Caller) -> None:
    listed = caller.ask("GET", "/v1/models").json()
    assert (listed["object"], [model["id"] for model in listed["data"]]) == ("list", ["klankbord"])


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/v1/other", 404),
        ("POST", "/v1/models", 405),
        ("GET", PATH, 405),
        ("POST", "/v1/completions", 404),
    ],
)
def test_what_is_not_there_says_so_in_the_same_shape(caller: Caller, method: str, path: str, status: int) -> None:
    answer = caller.ask(method, path, b"{}")
    assert answer.status_code == status
    assert answer.json()["error"]["type"] == "invalid_request_error"


def body(**fields: object) -> dict[str, object]:
    return {"model": "klankbord", "messages": [HELLO], **fields}


WRONG: list[Any] = [
    b"{",
    b"",
    b"[]",
    b"null",
    b"5",
    b"\xff\xfe",
    b'{"messages": [{"role": "user", "content": "\\ud800"}]}',
    b"[" * 100_000,
    {},
    {"messages": []},
    {"messages": CANARY},
    {"messages": [CANARY]},
    {"messages": [{"role": "user", "content": 5}]},
    {"messages": [{"role": "user"}]},
    {"messages": [{"role": "user", "content": ""}]},
    {"messages": [{"role": "user", "content": "  \n"}]},
    {"messages": [{"role": "user", "content": []}]},
    {"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": CANARY}}]}]},
    {"messages": [{"role": "user", "content": [{"type": "text", "text": 5}]}]},
    {"messages": [{"role": CANARY, "content": "x"}]},
    {"messages": [{"role": "tool", "content": "x"}, HELLO]},
    {"messages": [HELLO, {"role": "assistant", "content": CANARY}]},
    {"messages": [{"role": "system", "content": CANARY}]},
    body(n=2),
    body(n=0),
    body(n="1"),
    body(stream="yes"),
    body(tools=[{"type": "function", "function": {"name": CANARY}}]),
    body(functions=[{"name": CANARY}]),
    body(model=5),
    body(klankbord=CANARY),
    body(klankbord={"country": CANARY}),
    body(klankbord={"session": {"minutes": -1}}),
    body(klankbord={"session": {"minutes": CANARY}}),
    body(klankbord={"session": {"messages": 1.5}}),
    body(klankbord={"session": [CANARY]}),
    body(klankbord={CANARY: 1}),
]


@pytest.mark.parametrize("wrong", WRONG, ids=range(len(WRONG)))
def test_a_wrong_request_is_400_in_the_shape_of_openai_without_echo(caller: Caller, wrong: object) -> None:
    answer = caller.post(wrong)
    assert answer.status_code == 400
    assert answer.json()["error"].keys() == {"message", "type", "param", "code"}
    assert CANARY not in answer.text


def test_a_body_over_one_mib_is_413(caller: Caller) -> None:
    filler = json.dumps(body(user="x" * (1024 * 1024))).encode()
    answer = caller.post(filler)
    assert answer.status_code == 413
    assert "error" in answer.json()


def test_a_body_just_under_one_mib_is_read(caller: Caller) -> None:
    assert caller.post(body(user="x" * (1024 * 1024 - 200))).status_code == 200


def test_a_testers_server_never_touches_the_desk(caller: Caller, desk: Any) -> None:
    caller.say("Hallo.")
    assert (desk.talks, desk.sent, desk.open) == ({}, [], False)


def test_answers_carry_the_security_headers(caller: Caller) -> None:
    for answer in (caller.ask("GET", "/v1/models"), caller.post(b"{")):
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"


def test_nothing_is_remembered_between_requests(caller: Caller) -> None:
    risky = caller.say("Ik wil niet meer leven.")
    assert risky["klankbord"]["level"] == "elevated"
    assert caller.say("Hallo.")["klankbord"]["level"] == "none"
    assert len(talk(["a", "b", "c"])) == 3


def test_the_one_model_can_be_asked_for_by_name(caller: Caller) -> None:
    assert caller.ask("GET", "/v1/models/klankbord").json()["object"] == "model"
    missing = caller.ask("GET", f"/v1/models/{CANARY}")
    assert (missing.status_code, missing.json()["error"]["code"]) == (404, "not_found")
    assert CANARY not in missing.text


def test_a_whole_answer_counts_and_a_stream_does_when_asked(caller: Caller) -> None:
    usage = caller.say("Hallo daar.")["usage"]
    assert usage["prompt_tokens"] == 2
    assert usage["total_tokens"] == usage["prompt_tokens"] + usage["completion_tokens"]
    last = caller.stream("Hallo daar.", stream_options={"include_usage": True})[-2:]
    assert last[0]["choices"][0]["finish_reason"] == "stop" and "klankbord" not in last[0]
    assert (
        last[1]["choices"] == [] and last[1]["usage"]["prompt_tokens"] == 2 and last[1]["klankbord"]["level"] == "none"
    )
    plain = caller.stream("Hallo daar.", stream_options=None)[-1]
    assert "usage" not in plain and plain["klankbord"]["level"] == "none"
