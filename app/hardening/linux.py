"""What only Linux offers, through plain system calls: no new internet sockets, and a model that writes nothing.

Both need no privileges, hold for all children and cannot be undone. `refuse_internet` is for after the listener
stands: what has been opened stays usable. Everything says whether it took hold; nothing raises.
"""

import ctypes
import errno
import os
import platform
import socket
import struct
import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

_PR_SET_NO_NEW_PRIVS = 38
_SECCOMP = {"x86_64": 317, "aarch64": 277}
_SOCKET = {"x86_64": 41, "aarch64": 198}
_ARCHITECTURE = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_IO_URING_SETUP = 425
_X32 = 0x40000000
_SET_FILTER, _ALL_THREADS = 1, 1
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000 | errno.EACCES
_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_NUMBER_AT, _ARCHITECTURE_AT, _FIRST_ARGUMENT_AT = 0, 4, 16  # struct seccomp_data, little-endian
_AF_UNIX = 1

_CREATE, _ADD, _RESTRICT = 444, 445, 446
_EXECUTE, _READ_FILE, _READ_DIR, _WRITE_FILE, _TRUNCATE, _IOCTL = 1, 1 << 2, 1 << 3, 1 << 1, 1 << 14, 1 << 15
_FILE_RIGHTS = _EXECUTE | _READ_FILE | _WRITE_FILE | _TRUNCATE | _IOCTL
_BITS_BY_ABI = {1: 13, 2: 14, 3: 15, 4: 15}  # 5 and later: 16
_TCP = 0b11
_SCOPED = 0b11  # abstract sockets and signals
_O_PATH = 0o10000000


def refuse_internet() -> bool:
    """From now on no socket but a local one can be made, by Python, native code or children; whether it holds."""
    if sys.platform != "linux":
        return False
    if internet_refused():  # handed on by an earlier process of this run
        return True
    machine = platform.machine()
    if machine not in _SECCOMP or sys.byteorder != "little" or struct.calcsize("P") != 8:
        return False
    program = _filter(machine)
    code = ctypes.create_string_buffer(program, len(program))
    head = ctypes.create_string_buffer(struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(code)))
    library = ctypes.CDLL(None, use_errno=True)
    library.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    library.syscall(_SECCOMP[machine], _SET_FILTER, _ALL_THREADS, head)
    return internet_refused()


def internet_refused() -> bool:
    """Tried, not assumed."""
    try:
        socket.socket(socket.AF_INET, socket.SOCK_STREAM).close()
    except PermissionError:
        return True
    except OSError:
        return False
    return False


def _filter(machine: str) -> bytes:
    """A classic BPF program: another architecture, sockets that are not local and io_uring are refused."""
    steps: list[tuple[int, int, int, int]] = [
        (_LOAD, 0, 0, _ARCHITECTURE_AT),
        (_EQUAL, 0, 6, _ARCHITECTURE[machine]),  # else: refuse
        (_LOAD, 0, 0, _NUMBER_AT),
        (_AT_LEAST, 4, 0, _X32),
        (_EQUAL, 3, 0, _IO_URING_SETUP),
        (_EQUAL, 0, 3, _SOCKET[machine]),
        (_LOAD, 0, 0, _FIRST_ARGUMENT_AT),
        (_EQUAL, 1, 0, _AF_UNIX),
        (_RETURN, 0, 0, _REFUSE),
        (_RETURN, 0, 0, _ALLOW),
    ]
    return b"".join(struct.pack("HBBI", *step) for step in steps)


def landlock_version() -> int:
    """The version the kernel offers, 0 for none."""
    if sys.platform != "linux":
        return 0
    return max(0, ctypes.CDLL(None, use_errno=True).syscall(_CREATE, None, 0, 1))


def only_read(paths: Iterable[Path], also_write: Iterable[Path] = ()) -> bool:
    """This thread and what it starts may read below these paths and write below the others; nothing else.

    Names that do not exist are left out. Whether it took hold.
    """
    version = landlock_version()
    if not version:
        return False
    library = ctypes.CDLL(None, use_errno=True)
    rights = (1 << _BITS_BY_ABI.get(version, 16)) - 1
    attributes = struct.pack("QQQ", rights, _TCP, _SCOPED)[: 8 if version < 4 else 16 if version < 6 else 24]
    rules = library.syscall(_CREATE, ctypes.create_string_buffer(attributes, len(attributes)), len(attributes), 0)
    if rules < 0:
        return False
    try:
        read = _EXECUTE | _READ_FILE | _READ_DIR
        for path in paths:
            _allow(library, rules, path, read & rights)
        for path in also_write:
            _allow(library, rules, path, (read | _WRITE_FILE | _TRUNCATE | _IOCTL) & rights)
        library.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        return library.syscall(_RESTRICT, rules, 0) == 0
    finally:
        os.close(rules)


def _allow(library: ctypes.CDLL, rules: int, path: Path, rights: int) -> None:
    with suppress(OSError):
        descriptor = os.open(path, _O_PATH | os.O_CLOEXEC)
        try:
            allowed = rights if path.is_dir() else rights & _FILE_RIGHTS
            rule = struct.pack("=Qi", allowed, descriptor)
            library.syscall(_ADD, rules, 1, ctypes.create_string_buffer(rule, len(rule)), 0)
        finally:
            os.close(descriptor)
