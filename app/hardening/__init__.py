"""What a process does to keep its memory to itself: no core dumps, no readers, private files.

step                         Linux              macOS            Windows
new files for the owner      umask 077          umask 077        the user's own folder is private already
no core dump                 RLIMIT_CORE 0      RLIMIT_CORE 0    no error box; error reporting stays
no reading by the same user  PR_SET_DUMPABLE 0  PT_DENY_ATTACH   not available from plain Python
no new privileges            no_new_privs       not available    not available from plain Python
no new internet sockets      seccomp filter     audit hook only  audit hook only
the model writes nothing     Landlock           not available    not available from plain Python

The last two are in `linux.py`. Nothing here is fatal: what a system refuses is reported, and `doctor` tells it.
"""

import ctypes
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass

if sys.platform != "win32":
    import resource

_PR_SET_DUMPABLE = 4
_PR_SET_NO_NEW_PRIVS = 38
_PT_DENY_ATTACH = 31
_NO_CRASH_BOX = 0x0001 | 0x0002 | 0x8000  # SEM_FAILCRITICALERRORS, SEM_NOGPFAULTERRORBOX, SEM_NOOPENFILEERRORBOX


@dataclass(frozen=True, slots=True)
class Hardening:
    """What took hold on this system."""

    private_files: bool
    no_core: bool
    not_readable: bool
    no_new_privileges: bool


def harden() -> Hardening:
    """Take every step this system knows; a step it refuses is reported as not taken."""
    os.umask(0o077)
    if sys.platform == "win32":
        return Hardening(False, no_core=_tried(_no_crash_box), not_readable=False, no_new_privileges=False)
    return Hardening(
        private_files=True,
        no_core=_tried(_no_core),
        not_readable=_tried(_not_readable),
        no_new_privileges=_tried(_no_new_privileges),
    )


def _tried(step: Callable[[], bool]) -> bool:
    try:
        return step()
    except (OSError, AttributeError, ValueError):  # this system's C library has no such call, or refuses it
        return False


if sys.platform == "win32":

    def _no_crash_box() -> bool:
        ctypes.windll.kernel32.SetErrorMode(_NO_CRASH_BOX)
        return True

else:

    def _no_core() -> bool:
        _, hard = resource.getrlimit(resource.RLIMIT_CORE)
        resource.setrlimit(resource.RLIMIT_CORE, (0, min(hard, 0) if hard >= 0 else 0))
        return True

    def _not_readable() -> bool:
        """Flags are per process and reset by exec: every child sets its own."""
        library = ctypes.CDLL(None, use_errno=True)
        if sys.platform == "linux":
            return library.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0) == 0
        if sys.platform == "darwin":
            return library.ptrace(_PT_DENY_ATTACH, 0, None, 0) == 0
        return False

    def _no_new_privileges() -> bool:
        """What this process starts cannot become another user; the filters of `linux.py` need it too."""
        if sys.platform != "linux":
            return False
        return ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0
