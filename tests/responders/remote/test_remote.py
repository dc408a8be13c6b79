"""A model on another server: what may be asked, and what it does when that server misbehaves."""

import asyncio
import json
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing, asynccontextmanager
from pathlib import Path

import pytest

from app.responders.protocol import ResponderUnavailable
from app.responders.remote import AddressError, Patience, Place, RemoteResponder, remote_responder
from app.settings import SettingsError, read_settings
from tests.models.source import certificate
from tests.responders.llama.conftest import make_request

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
IMPATIENT = Patience(connect=5.0, first=5.0, silence=0.2, total=5.0)
HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n"


def chunk(text: str) -> bytes:
    return b"data: " + json.dumps({"choices": [{"index": 0, "delta": {"content": text}}]}).encode() + b"\n\n"


@asynccontextmanager
async def server(serve: Serve, tls: object = None) -> AsyncGenerator[int]:
    async def once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await serve(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    listening = await asyncio.start_server(once, "127.0.0.1", 0, ssl=tls)  # type: ignore[arg-type]
    async with listening:
        yield listening.sockets[0].getsockname()[1]


def sends(*parts: bytes, asked: list[bytes] | None = None) -> Serve:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        body = await reader.readexactly(length)
        if asked is not None:
            asked.extend((head, body))
        for part in parts:
            writer.write(part)
            await writer.drain()

    return serve


async def read(responder: RemoteResponder) -> str:
    return "".join([piece async for piece in responder.reply(make_request("Ik slaap slecht.", directions=["Kort."]))])


def said(serve: Serve, patience: Patience = IMPATIENT) -> str:
    async def story() -> str:
        async with server(serve) as port:
            return await read(RemoteResponder(Place.of(f"http://127.0.0.1:{port}/v1"), "m", patience=patience))

    return asyncio.run(story())


def test_the_answer_comes_in_pieces_and_the_question_holds_what_was_shown() -> None:
    asked: list[bytes] = []
    parts = (HEAD, b": keep alive\n\n", chunk("Dat is "), chunk("zwaar.")[:9], chunk("zwaar.")[9:], b"data: [DONE]\n\n")
    assert said(sends(*parts, asked=asked)) == "Dat is zwaar."
    body = json.loads(asked[1])
    assert b"POST /v1/chat/completions" in asked[0]
    assert [message["role"] for message in body["messages"]] == ["system", "user"]
    assert "Ik slaap slecht." in body["messages"][1]["content"] and "Kort." in body["messages"][1]["content"]
    assert body["stream"] is True and body["chat_template_kwargs"] == {"enable_thinking": False}


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ((), "model_crashed"),
        ((HEAD,), "model_crashed"),
        ((HEAD, chunk("Half ")), "model_crashed"),
        ((HEAD, b"data: {garbage\n\n"), "model_broken"),
        ((HEAD, b"data: []\n\n"), "model_broken"),
        ((HEAD, b'data: {"choices": [{"delta": {"content": 5}}]}\n\n'), "model_broken"),
        ((HEAD, b'data: {"error": {"message": "x"}}\n\n'), "model_broken"),
        ((HEAD, b"data: " + b"x" * 400_000), "model_broken"),
        ((b"\x00\x01 nothing of HTTP\r\n\r\n",), "model_broken"),
        ((b"HTTP/1.1 500 Oh\r\ncontent-length: 0\r\n\r\n",), "model_broken"),
        ((b"HTTP/1.1 503 Busy\r\ncontent-length: 0\r\n\r\n",), "model_slow"),
        ((b"HTTP/1.1 302 Found\r\nlocation: http://192.0.2.1/\r\ncontent-length: 0\r\n\r\n",), "model_broken"),
        ((b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 2\r\n\r\nhi",), "model_broken"),
    ],
)
def test_what_a_server_does_wrong_is_one_of_the_known_reasons(parts: tuple[bytes, ...], code: str) -> None:
    with pytest.raises(ResponderUnavailable) as error:
        said(sends(*parts))
    assert error.value.code == code


def test_a_stream_that_stalls_is_given_up() -> None:
    async def stalls(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(HEAD + chunk("Dat "))
        await reader.read(-1)

    with pytest.raises(ResponderUnavailable, match="model_slow"):
        said(stalls)


def test_closing_a_reply_hangs_up() -> None:
    async def story() -> None:
        hung_up = asyncio.Event()

        async def endless(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"}")
            writer.write(HEAD + chunk("Dat "))
            while await reader.read(1000):
                pass
            hung_up.set()

        async with server(endless) as port:
            responder = RemoteResponder(Place.of(f"http://127.0.0.1:{port}"), "m")
            async with aclosing(responder.reply(make_request("Hallo."))) as reply:
                assert await anext(reply) == "Dat "
            async with asyncio.timeout(5):
                await hung_up.wait()

    asyncio.run(story())


def test_nobody_listening_is_a_model_that_is_not_there() -> None:
    async def story() -> str:
        async with server(sends()) as port:
            pass
        return await read(RemoteResponder(Place.of(f"http://127.0.0.1:{port}"), "m"))

    with pytest.raises(ResponderUnavailable, match="model_missing"):
        asyncio.run(story())


@pytest.mark.parametrize(
    ("url", "addresses", "allowed", "code"),
    [
        ("http://gpu.local:8080", ("10.1.2.3",), (), ""),
        ("http://gpu.local:8080", ("::1",), (), ""),
        ("http://gpu.local:8080", ("::ffff:192.168.1.5",), (), ""),
        ("https://models.example", ("203.0.113.9",), (), "not_listed"),
        ("https://models.example", ("203.0.113.9",), ("models.example",), ""),
        ("http://models.example", ("203.0.113.9",), ("models.example",), "needs_tls"),
        ("http://gpu.local", ("10.1.2.3", "203.0.113.9"), (), "not_listed"),
        ("http://gpu.local", ("169.254.169.254",), (), "not_listed"),
        ("http://gpu.local", ("0.0.0.0",), (), "not_listed"),
        ("http://gpu.local", ("::ffff:203.0.113.9",), (), "not_listed"),
        ("http://gpu.local", (), (), "unknown_host"),
    ],
)
def test_only_near_servers_and_listed_hosts_are_asked(
    url: str, addresses: tuple[str, ...], allowed: tuple[str, ...], code: str
) -> None:
    found = ""
    try:
        assert Place.of(url).choose(addresses, allowed) == addresses[0]
    except AddressError as error:
        found = error.code
    assert found == code


@pytest.mark.parametrize(
    "url", ["ftp://x", "x", "http://", "http://u:p@x", "http://x?y", "http://x:99999", "http://x\n"]
)
def test_what_is_no_address_is_refused_at_once(url: str) -> None:
    with pytest.raises(AddressError, match="bad_url"):
        remote_responder(url, "m", ())


def test_a_name_that_changes_its_address_later_is_not_followed() -> None:
    answers = [("127.0.0.1",), ("203.0.113.9",)]

    async def resolve(host: str, port: int) -> tuple[str, ...]:
        return answers.pop(0)

    async def story() -> list[str]:
        async with server(sends(HEAD, chunk("Ja."), b"data: [DONE]\n\n")) as port:
            responder = RemoteResponder(Place.of(f"http://gpu.local:{port}"), "m", resolve=resolve)
            return [await read(responder), await read(responder), responder.host]

    texts = asyncio.run(story())
    assert texts[:2] == ["Ja.", "Ja."] and texts[2].startswith("gpu.local:")
    assert len(answers) == 1


def test_a_certificate_that_is_not_trusted_is_not_talked_to(tmp_path: Path) -> None:
    import ssl

    chain = certificate(tmp_path)
    served = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    served.load_cert_chain(chain)

    async def story(trusted: ssl.SSLContext | None) -> str:
        async with server(sends(HEAD, chunk("Ja."), b"data: [DONE]\n\n"), served) as port:
            return await read(RemoteResponder(Place.of(f"https://localhost:{port}"), "m", tls=trusted))

    assert asyncio.run(story(ssl.create_default_context(cafile=str(chain)))) == "Ja."
    with pytest.raises(ResponderUnavailable, match="model_missing"):
        asyncio.run(story(None))


@pytest.mark.parametrize("url", ["http://127.0.0.1:8080/v1", "https://models.example/v1"])
def test_serve_refuses_a_model_on_another_server(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SettingsError, match="model"):
        read_settings(model=url)
    monkeypatch.setenv("KLANKBORD_MODEL", url)
    with pytest.raises(SettingsError, match="model"):
        read_settings()
