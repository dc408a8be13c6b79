"""How much memory this machine has free, so that a key does not push everything else out of it."""

import ctypes
import sys
from contextlib import suppress
from pathlib import Path

_ELSEWHERE = 1024 * 1024
"""Where the system does not say (macOS): enough for the 256 MiB that is the default, and no more."""


def free_memory_kib() -> int:
    """KiB that can be had without swapping, as the system estimates it."""
    if sys.platform == "win32":
        return _windows()
    with suppress(OSError, ValueError, IndexError):
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
        return next((int(line.split()[1]) for line in lines if line.startswith("MemAvailable:")), _ELSEWHERE)
    return _ELSEWHERE


class _Status(ctypes.Structure):
    """MEMORYSTATUSEX."""

    _fields_ = (
        ("length", ctypes.c_uint32),
        ("load", ctypes.c_uint32),
        *(
            (name, ctypes.c_uint64)
            for name in ("total", "free", "page", "free_page", "virtual", "free_virtual", "extra")
        ),
    )


if sys.platform == "win32":

    def _windows() -> int:
        status = _Status(length=ctypes.sizeof(_Status))
        if not ctypes.windll.kernel32.GlobalMemoryStatusEx(ctypes.byref(status)):
            return _ELSEWHERE
        return int(status.free) // 1024
