"""How a class is written in the file: `1.0` where the class is 1, `"True"` where it is true."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping

#: Rows of a class that are looked at for its spelling.
_LOOKED_AT = 50


def example_rows(labels: Iterable[str], classes: Collection[str]) -> dict[int, str]:
    """Some rows that carry one of the classes, with it."""
    left = dict.fromkeys(classes, _LOOKED_AT)
    found: dict[int, str] = {}
    for row, label in enumerate(labels):
        if left.get(label, 0) > 0:
            left[label] -= 1
            found[row] = label
    return found


def commonest(seen: Iterable[tuple[str, str]], classes: Iterable[str]) -> Mapping[str, str | None]:
    """Of (class, spelling) pairs the commonest spelling of each class, the first of equals; None for a new class."""
    counts: dict[str, Counter[str]] = {}
    for name, spelling in seen:
        counts.setdefault(name, Counter())[spelling] += 1
    return {name: counts[name].most_common(1)[0][0] if name in counts else None for name in classes}
