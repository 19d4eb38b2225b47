"""Runs the two sides on a case, each in a process of its own, and keeps what the peer answered."""

from __future__ import annotations

import hashlib
import json
import math
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.label_noise import peer
from benchmarks.label_noise.cases import Case
from benchmarks.label_noise.sets import Floats, Mask

HERE = Path(__file__).resolve().parent
PEER_PACKAGES = ("cleanlab==2.9.0", "pyarrow")
#: One thread on both sides, so that CPU seconds compare.
_THREADS = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "POLARS_MAX_THREADS"), "1")


@dataclass(frozen=True, slots=True)
class Answer:
    """What one detector said of a case: scores by name (higher is more suspicious), flags, and what it cost.

    Without scores it could not answer, and `note` says why.
    """

    scores: dict[str, Floats]
    flags: Mask
    cpu: float
    memory_mib: float
    note: str = ""
    said: dict[str, Any] = field(default_factory=dict)


def measured(command: Sequence[str | Path]) -> tuple[float, float]:
    """CPU seconds and peak memory in MiB of a process and its children. RuntimeError, with its words, if it fails."""
    launch = [sys.executable, HERE / "measure.py", *command]
    done = subprocess.run(launch, env=os.environ | _THREADS, capture_output=True, text=True, errors="replace")
    if done.returncode:
        raise RuntimeError(f"{command[1]} failed: {(done.stdout + done.stderr)[-2000:]}")
    cpu, memory = done.stdout.splitlines()[-1].split()
    return float(cpu), float(memory)


def ours(case: Case, folder: Path) -> Answer:
    """Our detector on the case that was handed over in the folder."""
    cpu, memory = measured([sys.executable, HERE / "ours.py", folder])
    said = json.loads((folder / "ours.json").read_text())
    note = said.get("skipped") or said.get("not_possible", "")
    flags = np.zeros(len(case.given), dtype=bool)
    if "skipped" in said:
        return Answer({}, flags, math.nan, math.nan, note, said)
    if "not_possible" in said:  # no better than any order of the rows
        return Answer({"score": np.zeros(len(case.given))}, flags, cpu, memory, note, said)
    with np.load(folder / "ours.npz") as packed:
        flags[packed["rows"]] = True
        scores = np.nan_to_num(packed["scores"], nan=-np.inf)
    return Answer({"score": scores}, flags, cpu, memory, "", said)


def gate(folder: Path) -> dict[str, Any]:
    """The whole audit's word on the case: its verdict and the checks on annotations."""
    measured([sys.executable, HERE / "ours.py", folder, "--gate"])
    said: dict[str, Any] = json.loads((folder / "gate.json").read_text())
    return said


def routes(case: Case) -> tuple[str, ...]:
    """The ways to feed the peer that fit the case."""
    if case.labels.probabilities is not None:
        return (peer.GIVEN,)
    return (peer.TFIDF,) if case.labels.text else (peer.BOOSTING, peer.LOGISTIC)


def cleanlab(case: Case, folder: Path, route: str, python: Path, cache: Path) -> Answer:
    """The peer's answer, from the cache where the same data was given to the same script before."""
    digest = hashlib.sha256((HERE / "peer.py").read_bytes())
    for name in ("data.parquet", "pred_probs.npy"):
        if (folder / name).exists():
            digest.update((folder / name).read_bytes())
    stored = cache / f"{case.cell}-{case.seed}-{route}-{digest.hexdigest()[:12]}.npz".replace(" ", "-")
    if not stored.exists():
        cpu, memory = measured([python, HERE / "peer.py", route, folder, str(case.seed)])
        with np.load(folder / f"{route}.npz") as packed:
            cache.mkdir(parents=True, exist_ok=True)
            partly = stored.with_suffix(f".{os.getpid()}.part.npz")
            np.savez_compressed(partly, cost=np.array([cpu, memory]), **packed)
            partly.replace(stored)
    with np.load(stored) as packed:
        scores = {name: -packed[name].astype(float) for name in peer.SCORES}
        return Answer(scores, packed["flags"], float(packed["cost"][0]), float(packed["cost"][1]))
