"""Which servers may be asked: this machine and private networks, and hosts that the operator lists by name."""

import ipaddress
from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import urlsplit

_NEAR = tuple(
    map(ipaddress.ip_network, ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "::1/128", "fc00::/7"))
)


class AddressError(Exception):
    """A server may not be asked. `code`: bad_url, not_listed, needs_tls, unknown_host."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Place:
    """A server of the form http(s)://host[:port][/path]; `path` is what stands before `/chat/completions`."""

    host: str
    port: int
    tls: bool
    path: str

    @classmethod
    def of(cls, url: str) -> "Place":
        """Raises `AddressError` "bad_url" for what is no such address, or holds a name, password or query."""
        try:
            parts = urlsplit(url)
            host, port = parts.hostname or "", parts.port
        except ValueError:
            raise AddressError("bad_url") from None
        extra = parts.username is not None or parts.password is not None or parts.query or parts.fragment
        if parts.scheme not in ("http", "https") or not host or extra or not url.isascii() or not url.isprintable():
            raise AddressError("bad_url")
        tls = parts.scheme == "https"
        path = parts.path.rstrip("/") or "/v1"
        return cls(host, port or (443 if tls else 80), tls, path)

    @property
    def authority(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == (443 if self.tls else 80) else f"{host}:{self.port}"

    def choose(self, addresses: Collection[str], allowed: Collection[str]) -> str:
        """The one address to connect to, out of all that the name stands for. Raises `AddressError`.

        Every one of them has to be near, else a name could lead outside at a later look. A listed host may be
        anywhere, but then only with TLS.
        """
        if not addresses:
            raise AddressError("unknown_host")
        first = next(iter(addresses))
        if all(is_near(address) for address in addresses):
            return first
        if self.host not in allowed:
            raise AddressError("not_listed")
        if not self.tls:
            raise AddressError("needs_tls")
        return first


def is_near(address: str) -> bool:
    """This machine or a private network; not link-local, where clouds keep their secrets."""
    try:
        found = ipaddress.ip_address(address.split("%")[0])
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped is not None:
        found = found.ipv4_mapped
    return any(found.version == network.version and found in network for network in _NEAR)
