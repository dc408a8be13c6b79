"""Nothing leaves the machine: a hook that refuses and counts every connection but loopback.

It sees what Python code asks for. Native code is not seen; llama.cpp holds no network calls.
"""

import ipaddress
import socket
import sys
from collections.abc import Callable
from typing import Any, cast

_ADDRESSED = frozenset({"socket.connect", "socket.sendto", "socket.sendmsg"})
_NAMES = ("getaddrinfo", "gethostbyname", "gethostbyaddr", "getnameinfo")
_NAMED = frozenset(f"socket.{name}" for name in _NAMES)
_LOCAL_NAMES = frozenset({"localhost", "", None})


class OutboundError(PermissionError):
    """Something tried to reach another machine."""

    def __init__(self) -> None:
        super().__init__("this program makes no connection to another machine")


class Egress:
    """Counts what was refused since `install`. A hook lasts as long as the process."""

    def __init__(self, refused: Callable[[], None]) -> None:
        self.attempts = 0
        self._refused = refused

    def install(self) -> None:
        sys.addaudithook(self._hook)

    def _hook(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event in _ADDRESSED:
            stays = _is_unix(arguments[0]) or _stays(arguments[1])
        elif event in _NAMED:
            stays = _stays(arguments[0])
        else:
            return
        if not stays:
            self.attempts += 1
            self._refused()
            raise OutboundError


def _is_unix(connection: Any) -> bool:
    return getattr(connection, "family", None) == getattr(socket, "AF_UNIX", object())


def _stays(address: Any) -> bool:
    """A loopback address or name, or no address at all (a socket that is connected already)."""
    parts = cast("tuple[Any, ...]", address) if isinstance(address, tuple) else (address,)
    host: Any = parts[0] if parts else None
    host = host.decode("ascii", "replace") if isinstance(host, bytes) else host
    if host in _LOCAL_NAMES:
        return True
    try:
        return ipaddress.ip_address(str(host).split("%")[0]).is_loopback
    except ValueError:
        return False
