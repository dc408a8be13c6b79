"""The one socket people's browsers come in by: 127.0.0.1 only, but in a container, which has its own network."""

import socket
import sys
from pathlib import Path

_MARKS = (Path("/.dockerenv"), Path("/run/.containerenv"))


def in_container(marks: tuple[Path, ...] = _MARKS) -> bool:
    """Whether Docker or Podman says so; an environment variable would be no proof."""
    return sys.platform == "linux" and any(mark.exists() for mark in marks)


def listen(port: int, *, all_addresses: bool = False) -> socket.socket:
    """A listening socket; port 0 takes a free one. Raises OSError when the port is taken.

    `all_addresses` is for a container only: there the port is published on the laptop itself only.

    Made with IPPROTO_TCP: only then does asyncio switch delayed sending off, which costs 44 ms a request.
    """
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if sys.platform == "win32":  # there SO_REUSEADDR would let another program take the same port
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("0.0.0.0" if all_addresses else "127.0.0.1", port))  # noqa: S104, in a container only
        listener.listen(128)
        listener.setblocking(False)
    except BaseException:
        listener.close()
        raise
    return listener
