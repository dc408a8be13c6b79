"""Which protections hold on this machine: each one tried in a process of its own, not assumed."""

from app.protections.measured import Protection, measure
from app.protections.system import crypto_versions, files_below, open_for_writing

__all__ = ["Protection", "crypto_versions", "files_below", "measure", "open_for_writing"]
