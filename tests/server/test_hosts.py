"""Only this program's own address is answered, on every route there is."""

import pytest

from tests.server.conftest import all_routes
from tests.server.visitor import HOST, OWN, PORT, Visitor

WRONG_HOSTS = [
    "",
    "0.0.0.0",
    f"0.0.0.0:{PORT}",
    f"192.168.1.5:{PORT}",
    f"[::1]:{PORT}",
    "evil.test",
    f"evil.test:{PORT}",
    f"x.local:{PORT}",
    f"localhost.evil:{PORT}",
    "127.0.0.1",
    "localhost",
    f"127.0.0.1:{PORT + 1}",
    f"LOCALHOST:{PORT}",
    f"localhost.:{PORT}",
    f"user@127.0.0.1:{PORT}",
    f"127.0.0.1:{PORT}, evil.test",
    f"127.1:{PORT}",
]


@pytest.mark.parametrize("host", WRONG_HOSTS)
def test_another_host_is_refused_on_every_route(person: Visitor, host: str) -> None:
    for method, path in all_routes():
        answer = person.send(method, path, [("host", host), ("cookie", person.cookie), *OWN.items()], b"")
        assert answer.status_code == 400, (method, path)


def test_a_doubled_host_is_refused(person: Visitor) -> None:
    for hosts in ([("host", HOST), ("host", HOST)], [("host", HOST), ("host", "evil.test")]):
        answer = person.send("GET", "/hulp", [*hosts, *OWN.items()])
        assert answer.status_code == 400


@pytest.mark.parametrize("host", [HOST, f"localhost:{PORT}"])
def test_its_own_names_are_answered(stranger: Visitor, host: str) -> None:
    assert stranger.get("/hulp", host=host).status_code == 200


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "TRACE", "CONNECT", "QUERY"])
def test_only_get_and_post_exist(person: Visitor, method: str) -> None:
    for _, path in all_routes():
        assert person.send(method, path, [("host", HOST), *OWN.items()]).status_code == 405
