"""The headers on every answer, also on errors; what a route sets against them is dropped.

`Referrer-Policy` is `same-origin` and not `no-referrer`: with the latter Chromium 156 sends `Origin: null`
with a plain form, and a null origin is refused here. Another site gets nothing either way.
"""

from collections.abc import Iterable

Header = tuple[bytes, bytes]

_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "object-src 'none'",
    )
)
_OFF = (
    "accelerometer",
    "autoplay",
    "bluetooth",
    "camera",
    "display-capture",
    "fullscreen",
    "geolocation",
    "gyroscope",
    "hid",
    "idle-detection",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "publickey-credentials-get",
    "screen-wake-lock",
    "serial",
    "usb",
    "web-share",
    "xr-spatial-tracking",
)

SECURITY_HEADERS: tuple[Header, ...] = (
    (b"content-security-policy", _POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cross-origin-embedder-policy", b"require-corp"),
    (b"permissions-policy", ", ".join(f"{name}=()" for name in _OFF).encode()),
    (b"x-frame-options", b"DENY"),
    (b"cache-control", b"no-store"),
)
_OURS = frozenset(name for name, _ in SECURITY_HEADERS)


def secured(headers: Iterable[Header]) -> list[Header]:
    """An answer's headers with ours in place of any of the same name; never CORS, never a server's name."""
    kept = [
        (name, value)
        for name, value in headers
        if (lower := name.lower()) not in _OURS and lower != b"server" and not lower.startswith(b"access-control-")
    ]
    return [*kept, *SECURITY_HEADERS]
