"""How well near-duplicates of texts are found, beside datasketch's own example on the same texts, and at what cost.

    python benchmarks/near_texts.py --data FOLDER --peers [--sets banking77,clinc150] [--copies 250] [--seed 0]

Copies of texts are planted in each set, edited at 5 to 20 % of their characters or words (at least one; replaced,
inserted, left out or swapped with the next). Recall: the share of the copies found with their source. Precision:
of all pairs of a copy and a text of the set that were found, the share in which the text is the source, or is
itself near the source by the same rule, found by comparing all with all. `real share` is what the copies
differ by in truth: one word of five is 20 % of the words, whatever was asked for.

The peer gets the texts in small letters. Its pairs are what its index answers, which is not looked at again. It lives
in an environment of its own, made on first use.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

if __name__ == "__main__":  # run from a checkout that is not installed
    sys.path[0] = str(Path(__file__).resolve().parents[1])

from benchmarks.near_texts_peer import ROUTES
from benchmarks.peer_environment import peer_python

CACHE = Path.home() / ".cache" / "dataaudit-bench" / "near-texts-peer"
PEER_PACKAGES = ("datasketch==2.0.0",)
SHARES = (0.05, 0.10, 0.15, 0.20)
OURS = "ours"
_LETTERS = "abcdefghijklmnopqrstuvwxyz "
_THREADS = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "POLARS_MAX_THREADS"), "1")

Pairs = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Planted:
    """The texts of a set with copies behind them: copy number i stands at `originals` + i."""

    texts: list[str]
    originals: int
    source: NDArray[np.int64]
    cell: list[tuple[str, float]]  # the kind and share of each copy's edits


def banking77(data: Path) -> list[str]:
    texts: list[str] = []
    for name in ("train.csv", "test.csv"):
        with (data / "banking77" / name).open(encoding="utf-8", newline="") as file:
            texts += [row["text"] for row in csv.DictReader(file)]
    return texts


def clinc150(data: Path) -> list[str]:
    parts = json.loads((data / "clinc150" / "data_full.json").read_text())
    return [text for name in ("train", "val", "test") for text, _ in parts[name]]


LOADERS: dict[str, Callable[[Path], list[str]]] = {"banking77": banking77, "clinc150": clinc150}


def edited(parts: list[str], share: float, alphabet: list[str], rng: random.Random) -> list[str]:
    """The parts with that share of them edited, at least one: replaced, inserted, left out, or swapped."""
    made = list(parts)
    for _ in range(max(1, round(share * len(parts)))):
        at, way = rng.randrange(len(made)), rng.randrange(4)
        if way == 0:
            made[at] = rng.choice(alphabet)
        elif way == 1:
            made.insert(at, rng.choice(alphabet))
        elif way == 2 and len(made) > 1:
            del made[at]
        elif at + 1 < len(made):
            made[at], made[at + 1] = made[at + 1], made[at]
    return made


def plant(texts: list[str], copies: int, seed: int) -> Planted:
    """Copies of as many different texts, for each kind and share of edits."""
    rng = random.Random(seed)
    words = [word for text in texts for word in text.split()]
    cells = [(kind, share) for kind in ("characters", "words") for share in SHARES for _ in range(copies)]
    sources = rng.sample(range(len(texts)), len(cells))
    made = []
    for (kind, share), source in zip(cells, sources, strict=True):
        text = texts[source]
        by_word = edited(text.split(), share, words, rng) if kind == "words" else []
        made.append(" ".join(by_word) if by_word else "".join(edited(list(text), share, list(_LETTERS), rng)))
    return Planted(texts + made, len(texts), np.array(sources), cells)


def search(folder: Path) -> None:
    """Our side, run in a process of its own: all pairs of rows near each other."""
    import polars as pl

    from auditor.evidence.near_texts import AskNearTexts
    from auditor.testing import evidence_of

    texts = json.loads((folder / "texts.json").read_text())
    started = time.process_time()
    found = evidence_of(pl.DataFrame({"text": texts}), text="text").ask(AskNearTexts())
    (folder / f"{OURS}.txt").write_text(str(time.process_time() - started))
    np.save(folder / f"{OURS}.npy", found.row_pairs())


def run(route: str, python: Path, folder: Path) -> tuple[Pairs, float]:
    """What a side found, each pair with the lower row first, and the CPU seconds of its search."""
    here = Path(__file__).resolve()
    script: list[str | Path] = [here, "--search"] if route == OURS else [here.with_name("near_texts_peer.py"), route]
    subprocess.run([python, *script, folder], env=os.environ | _THREADS, check=True)
    pairs = np.sort(np.load(folder / f"{route}.npy"), axis=1)
    return np.unique(pairs, axis=0), float((folder / f"{route}.txt").read_text())


def related(planted: Planted, rows: NDArray[np.int64]) -> list[frozenset[int]]:
    """For each row, the rows of the set within a fifth of its characters or words, itself among them."""
    from rapidfuzz.distance import OSA, Indel, Levenshtein
    from rapidfuzz.process import cdist

    from auditor.evidence.text_similarity import Similarity

    plain = _plain(planted.texts)
    similar = Similarity(plain)
    everything = plain[: planted.originals]
    words = [similar.words_of(place) for place in range(planted.originals)]
    found: list[frozenset[int]] = []
    for start in range(0, len(rows), 250):
        some = rows[start : start + 250]
        by_letter = cdist([plain[row] for row in some], everything, scorer=Levenshtein.normalized_similarity)
        asked = [words[row] for row in some]
        by_word = cdist(asked, words, scorer=OSA.normalized_similarity)
        more = np.abs(np.array([[len(text)] for text in asked]) - np.array([len(text) for text in words]))
        in_common = cdist(asked, words, scorer=Indel.normalized_similarity)
        held = np.where(cdist(asked, words, scorer=Indel.distance) == more, in_common, 0)
        near = np.maximum(np.maximum(by_letter, by_word), held) > 0.799999
        found += [frozenset(np.flatnonzero(row).tolist()) for row in near]
    return found


def _plain(texts: list[str]) -> list[str]:
    import polars as pl

    from auditor.evidence.near_texts import plain_texts

    return plain_texts(pl.DataFrame({"text": texts}).to_arrow()).to_list()


def scores(
    planted: Planted, pairs: Pairs, relatives: list[frozenset[int]]
) -> dict[tuple[str, float], tuple[float, float]]:
    """Recall and precision by kind and share of edits."""
    across = pairs[(pairs[:, 0] < planted.originals) & (pairs[:, 1] >= planted.originals)]
    found: dict[tuple[str, float], list[tuple[bool, int, int]]] = {cell: [] for cell in planted.cell}
    partners: dict[int, list[int]] = {}
    for text, copy in across.tolist():
        partners.setdefault(copy - planted.originals, []).append(text)
    for copy, cell in enumerate(planted.cell):
        texts = partners.get(copy, [])
        right = sum(text in relatives[copy] for text in texts)
        found[cell].append((int(planted.source[copy]) in texts, right, len(texts)))
    return {cell: _rates(seen) for cell, seen in found.items()}


def _rates(seen: list[tuple[bool, int, int]]) -> tuple[float, float]:
    hits, right, every = (sum(column) for column in zip(*seen, strict=True))
    return hits / len(seen), right / every if every else float("nan")


def real_shares(planted: Planted) -> dict[tuple[str, float], float]:
    """By how much the copies differ from their sources, on average, in what was edited."""
    from rapidfuzz.distance import OSA

    sums: dict[tuple[str, float], list[float]] = {}
    for copy, cell in enumerate(planted.cell):
        pair = (planted.texts[planted.source[copy]], planted.texts[planted.originals + copy])
        parts: list[Any] = [text.split() for text in pair] if cell[0] == "words" else list(pair)
        sums.setdefault(cell, []).append(OSA.normalized_distance(*parts))
    return {cell: sum(shares) / len(shares) for cell, shares in sums.items()}


def report(name: str, given: argparse.Namespace) -> Iterator[str]:
    planted = plant(LOADERS[name](given.data), given.copies, given.seed)
    relatives, real = related(planted, planted.source), real_shares(planted)
    routes = (OURS, *(ROUTES if given.peers else ()))
    with tempfile.TemporaryDirectory(prefix="near-texts-") as made:
        folder = Path(made)
        (folder / "texts.json").write_text(json.dumps(planted.texts))
        for route in routes:
            python = Path(sys.executable) if route == OURS else given.peer_python
            pairs, cpu = run(route, python, folder)
            yield f"\n== {name}, {len(planted.texts)} texts: {route}, {cpu:.2f} s CPU, {len(pairs)} pairs"
            yield f"{'edits':<12}{'share':>6}{'real share':>12}{'recall':>8}{'precision':>11}"
            for (kind, share), (recall, precision) in scores(planted, pairs, relatives).items():
                line = f"{kind:<12}{share:>6.0%}{real[kind, share]:>12.1%}{recall:>8.3f}{precision:>11.3f}"
                yield line


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sets", default=",".join(LOADERS), help=f"of {', '.join(LOADERS)}")
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("DATAAUDIT_REALDATA", ".")))
    parser.add_argument("--copies", type=int, default=250, help="for each kind and share of edits")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--peers", action="store_true", help="run datasketch too")
    parser.add_argument("--peer-python", type=Path, help="an interpreter that has datasketch")
    parser.add_argument("--search", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.search:
        search(given.search)
        return
    names = given.sets.split(",")
    for name in names:
        if name not in LOADERS:
            parser.error(f"--sets: there is no {name!r}. Known: {', '.join(LOADERS)}")
    if given.peers and given.peer_python is None:
        given.peer_python = peer_python(CACHE, PEER_PACKAGES)
    for name in names:
        for line in report(name, given):
            print(line, flush=True)


if __name__ == "__main__":
    main()
