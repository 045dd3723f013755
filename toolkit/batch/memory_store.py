"""Cache entries that are forgotten with the object that holds them."""

from __future__ import annotations

from collections.abc import Iterator


class MemoryStore:
    """Contents in a dictionary."""

    def __init__(self) -> None:
        self.contents: dict[str, bytes] = {}

    def read(self, name: str) -> bytes | None:
        """The content, or ``None``."""
        return self.contents.get(name)

    def has(self, name: str) -> bool:
        """Whether there is such a content."""
        return name in self.contents

    def write(self, name: str, content: bytes) -> None:
        """Keep the content."""
        self.contents[name] = content

    def remove(self, name: str) -> None:
        """Forget the content, if it is there."""
        self.contents.pop(name, None)

    def names(self) -> Iterator[str]:
        """Every name."""
        return iter(tuple(self.contents))
