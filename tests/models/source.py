"""A real HTTPS server on loopback that serves one file, and misbehaves as a test tells it."""

import hashlib
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from app.models.catalogue import Catalogue, read_catalogue

TINY = Path(__file__).parents[2] / "models" / "tiny.gguf"
FILE = "tiny.gguf"
CATALOGUE = """
[source]
base = "https://localhost:{port}"
hosts = ["localhost:{port}"]

[[model]]
name = "tiny"
title = "Tiny"
maker = "Klankbord"
licence = "Apache-2.0"
licence_url = "https://localhost:{port}/licence"
repository = "klankbord/tiny"
file = "tiny.gguf"
revision = "main"
size = {size}
memory = 1000000
languages = ["nl"]
architecture = "llama"
default = true
why_nl = "Om te proberen."
why_en = "To try."
{more}
"""


class Source:
    """`answers` are used up one a request; without any left the file is served as it should be."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.answers: list[Callable[[BaseHTTPRequestHandler, Source], None]] = []
        self.asked: list[dict[str, str]] = []
        self.port = 0
        self.etag = f'"{hashlib.sha256(data).hexdigest()}"'

    def catalogue(self, more: str = "", size: int = 0) -> Catalogue:
        return read_catalogue(CATALOGUE.format(port=self.port, size=size or len(self.data), more=more))

    def serve(self, handler: BaseHTTPRequestHandler, data: bytes | None = None, length: int | None = None) -> None:
        """The file, from where it is asked on; `length` lies about how much there is."""
        whole = self.data if data is None else data
        start, said = 0, len(whole) if length is None else length
        wanted = handler.headers.get("range", "")
        if wanted and handler.headers.get("if-range", self.etag) == self.etag:
            start = int(wanted.removeprefix("bytes=").removesuffix("-"))
        handler.send_response(206 if start else 200)
        handler.send_header("ETag", self.etag)
        handler.send_header("Content-Length", str(said - start))
        if start:
            handler.send_header("Content-Range", f"bytes {start}-{said - 1}/{said}")
        handler.end_headers()
        handler.wfile.write(whole[start:])


def breaks_off(at: int) -> Callable[[BaseHTTPRequestHandler, Source], None]:
    def answer(handler: BaseHTTPRequestHandler, source: Source) -> None:
        source.serve(handler, source.data[:at], len(source.data))
        handler.close_connection = True

    return answer


def status(code: int, **headers: str) -> Callable[[BaseHTTPRequestHandler, Source], None]:
    def answer(handler: BaseHTTPRequestHandler, source: Source) -> None:
        handler.send_response(code)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    return answer


@contextmanager
def running(data: bytes, folder: Path) -> Iterator[tuple[Source, ssl.SSLContext]]:
    """The source, and what trusts its certificate."""
    source = Source(data)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            source.asked.append({"path": self.path} | {k.lower(): v for k, v in self.headers.items()})
            (source.answers.pop(0) if source.answers else lambda h, s: s.serve(h))(self, source)

        def log_message(self, format: str, *args: object) -> None:
            pass

    class Quiet(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: object, client_address: object) -> None:
            pass  # a client that hangs up is what some tests are about

    server = Quiet(("127.0.0.1", 0), Handler)
    chain = certificate(folder)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    source.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield source, ssl.create_default_context(cafile=str(chain))
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def certificate(folder: Path) -> Path:
    """A key and its own certificate for localhost, good for an hour."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    names = x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))])
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "localhost.pem"
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + signed.public_bytes(serialization.Encoding.PEM)
    )
    return path
