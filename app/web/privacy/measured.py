"""What the panel shows, as plain values: the rim of the program fills them in."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Measured:
    """`writes_elsewhere` and what else is None cannot be seen on this system; sizes in bytes."""

    attempts: int
    internet_refused: bool
    no_core: bool
    not_readable: bool
    folder: str
    files: tuple[tuple[str, int], ...]
    writes_elsewhere: int | None
    lock_means_gone: bool
    versions: tuple[tuple[str, str], ...]

    @property
    def size(self) -> int:
        return sum(size for _, size in self.files)
