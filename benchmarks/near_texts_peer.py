"""The peer's side, run in an environment of its own: datasketch's example of MinHashLSH on the texts of a folder.

    python near_texts_peer.py ROUTE FOLDER

FOLDER holds texts.json; the pairs found are written to it as ROUTE.npy, the CPU seconds of the search as ROUTE.txt.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import numpy as np

#: What a text is cut into, and whether the signatures are made one by one as in the example, or in bulk.
ROUTES = {"words": (0, False), "words-bulk": (0, True), "pieces-bulk": (3, True)}
THRESHOLD, PERMUTATIONS = 0.5, 128


def cut(text: str, size: int) -> list[bytes]:
    """The set of a text's words, or of its pieces of so many characters."""
    parts = {text[at : at + size] for at in range(max(len(text) - size, 0) + 1)} if size else set(text.split())
    return [part.encode() for part in sorted(parts)]


def main() -> None:
    from datasketch import MinHash, MinHashLSH  # type: ignore[import-not-found,unused-ignore]

    route, folder = sys.argv[1], Path(sys.argv[2])
    texts = json.loads((folder / "texts.json").read_text())
    size, bulk = ROUTES[route]
    started = time.process_time()
    sets = [cut(text.lower(), size) for text in texts]
    if bulk:
        signed = MinHash.bulk(sets, num_perm=PERMUTATIONS)
    else:
        signed = [MinHash(num_perm=PERMUTATIONS) for _ in sets]
        for one, parts in zip(signed, sets, strict=True):
            for part in parts:
                one.update(part)
    index = MinHashLSH(threshold=THRESHOLD, num_perm=PERMUTATIONS)
    for place, one in enumerate(signed):
        index.insert(place, one)
    pairs = [(place, other) for place, one in enumerate(signed) for other in index.query(one) if place < other]
    (folder / f"{route}.txt").write_text(str(time.process_time() - started))
    np.save(folder / f"{route}.npy", np.array(pairs, dtype=np.int64).reshape(-1, 2))


if __name__ == "__main__":
    main()
