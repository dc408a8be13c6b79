"""What this machine can carry, and which model that speaks for."""

import ctypes
import os
import sys
from dataclasses import dataclass

from app.models.catalogue import Catalogue, Entry

_FOR_THE_REST = 2_500_000_000  # bytes for the system, a browser and this program
_FEW_CORES = 4


@dataclass(frozen=True, slots=True)
class Machine:
    """`memory` in bytes, 0 when the system does not say."""

    memory: int
    cores: int

    def carries(self, entry: Entry) -> bool:
        return self.memory == 0 or entry.memory + _FOR_THE_REST <= self.memory


def this_machine() -> Machine:
    return Machine(_memory(), os.cpu_count() or 1)


def advised(catalogue: Catalogue, machine: Machine) -> Entry | None:
    """The default where the machine carries it well, else the smallest that fits; None when nothing does."""
    default = next(entry for entry in catalogue.models if entry.default)
    if machine.carries(default) and machine.cores >= _FEW_CORES:
        return default
    fitting = [entry for entry in catalogue.models if machine.carries(entry)]
    family = [entry for entry in fitting if entry.architecture == default.architecture]
    return min(family or fitting, key=lambda entry: entry.memory, default=None)


def _memory() -> int:
    if sys.platform == "win32":
        return _memory_of_windows()
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (ValueError, OSError):
        return 0


def _memory_of_windows() -> int:
    kilobytes = ctypes.c_ulonglong(0)
    windll = getattr(ctypes, "windll", None)
    if windll is None or not windll.kernel32.GetPhysicallyInstalledSystemMemory(ctypes.byref(kilobytes)):
        return 0
    return int(kilobytes.value) * 1024
