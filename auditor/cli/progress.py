"""One line on the terminal that says what is being done; nothing where no one is looking."""

from __future__ import annotations

import sys
import time
from types import TracebackType

#: Nothing is shown for work that is over before a person wonders.
_QUIET_SECONDS = 1.0


class Line:
    """Rewrites one line on stderr while work goes on, and clears it at the end."""

    def __init__(self, enabled: bool = True) -> None:
        self._on = enabled and sys.stderr.isatty()
        self._started = time.monotonic()
        self._shown = False

    def __enter__(self) -> Line:
        return self

    def show(self, what: str, share: float) -> None:
        """Say what is being done, and how far the whole is (0 to 1)."""
        if not self._on or (time.monotonic() - self._started < _QUIET_SECONDS and share < 0.15):
            return
        filled = round(20 * share)
        sys.stderr.write(f"\r\x1b[2K[{'=' * filled}{' ' * (20 - filled)}] {what}")
        sys.stderr.flush()
        self._shown = True

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._shown:
            sys.stderr.write("\r\x1b[2K")
            sys.stderr.flush()
