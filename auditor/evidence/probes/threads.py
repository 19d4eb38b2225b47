"""One thread for linear algebra and trees: sums that several threads share come out differently from run to run."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def single_threaded() -> Iterator[None]:
    """Inside, the native libraries that are loaded by now use one thread, so that equal runs give equal bytes."""
    import sklearn.linear_model  # noqa: F401  # loads the libraries whose threads are limited
    from threadpoolctl import threadpool_limits

    with threadpool_limits(limits=1):
        yield
