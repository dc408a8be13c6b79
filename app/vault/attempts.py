"""How long a person waits after wrong passphrases: never over five seconds, remembered nowhere."""

from typing import Final

FREE_FAILURES: Final = 2
LONGEST_SECONDS: Final = 5.0


def delay_seconds(failures: int) -> float:
    """Seconds to wait before the next try, after this many wrong ones in a row: 0, 0, 0, 1, 2, 4, 5, 5, …"""
    if failures <= FREE_FAILURES:
        return 0.0
    doublings = min(failures - FREE_FAILURES - 1, 10)
    return min(2.0**doublings, LONGEST_SECONDS)
