"""Every part of the program with its version and licence; also what stands compiled inside another part."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from importlib.metadata import PackageNotFoundError, distribution
from importlib.util import find_spec
from pathlib import Path
from typing import cast

from app.protections import crypto_versions

HOME = Path(__file__).resolve().parents[2]
LOCKS = ("requirements.lock", "requirements-llama.lock")
_PINNED = re.compile(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)")
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")
_MARKER = re.compile(r"; ([^\\]+?)\s*\\?$")


@dataclass(frozen=True, slots=True)
class Part:
    """`inside` names the part it is compiled into, "" for a package of the lock. `licence` "": not installed here."""

    name: str
    version: str
    licence: str
    lock: str = ""
    marker: str = ""
    hashes: tuple[str, ...] = ()
    inside: str = ""


def parts() -> tuple[Part, ...]:
    """Packages of the locks in order, then what is inside them."""
    return (*(part for lock in LOCKS for part in locked(lock)), *inside())


def locked(lock: str) -> Iterator[Part]:
    text = (HOME / lock).read_text(encoding="utf-8")
    for block in re.split(r"\n(?=[A-Za-z0-9])", text):
        head = block.splitlines()[0] if block else ""
        if found := _PINNED.match(head):
            name, version = found[1], found[2]
            marker = _MARKER.search(head)
            yield Part(name, version, licence_of(name), lock, marker[1] if marker else "", tuple(_HASH.findall(block)))


def licence_of(name: str) -> str:
    """What the installed package says itself, in one line."""
    try:
        data = cast("Message", distribution(name).metadata)
    except PackageNotFoundError:
        return ""
    said = str(data.get("License-Expression") or data.get("License") or "")
    if said and "\n" not in said and len(said) <= 60:
        return said
    classed = [c.rsplit(" :: ", 1)[-1] for c in data.get_all("Classifier") or [] if c.startswith("License ::")]
    return "; ".join(classed) or _KNOWN.get(name, "see its licence file")


_KNOWN = {"sqlcipher3": "zlib", "diskcache": "Apache-2.0"}
"""Packages whose metadata name no licence; read from their licence file."""


def inside() -> Iterator[Part]:
    """Compiled into a wheel, where no scanner of packages sees it. Versions are asked of the library itself."""
    asked = dict(crypto_versions())
    yield Part("SQLCipher", asked["SQLCipher"].split(" ")[0], "BSD-3-Clause", inside="sqlcipher3")
    yield Part("SQLite", asked["SQLite"], "blessing", inside="sqlcipher3")
    yield Part("OpenSSL", _number(asked["SQLCipher, OpenSSL"]), "Apache-2.0", inside="sqlcipher3")
    yield Part("OpenSSL", _number(_openssl_of_cryptography()), "Apache-2.0", inside="cryptography")
    yield Part("libargon2", "20190702", "CC0-1.0 OR Apache-2.0", inside="argon2-cffi-bindings")
    yield Part("ammonia", "in nh3", "MIT OR Apache-2.0", inside="nh3")
    yield Part("htmx", _htmx(), "0BSD", inside="django-htmx")
    yield from _llama()


def _openssl_of_cryptography() -> str:
    from cryptography.hazmat.backends.openssl import backend

    return backend.openssl_version_text()


def _number(text: str) -> str:
    found = re.search(r"\d+\.\d+\.\d+\S*", text)
    return found[0] if found else ""


def _htmx() -> str:
    spec = find_spec("django_htmx")
    for place in (spec.submodule_search_locations or []) if spec else []:
        text = (Path(place) / "static" / "django_htmx" / "htmx-4.min.js").read_text(encoding="utf-8")
        if found := re.search(r"4\.\d+\.\d+(?:-[a-z]+\d+)?", text):
            return found[0]
    return ""


def _llama() -> Iterator[Part]:
    """llama.cpp as it was compiled here; when it was not, the version is that of the package that brings it."""
    spec = find_spec("llama_cpp")
    folders = [Path(place) / "lib" for place in (spec.submodule_search_locations or [])] if spec else []
    for name, library in (("llama.cpp", "libllama"), ("ggml", "libggml-base")):
        numbers = [p.name.partition(".so.")[2] for f in folders for p in f.glob(f"{library}.so.*.*")]
        yield Part(name, max(numbers, default="as in the package"), "MIT", inside="llama-cpp-python")
