"""Our side, run in a process of its own so that its whole cost is measured.

    python ours.py FOLDER [--gate]

FOLDER holds data.parquet and task.json. The answer is written there: ours.npz with a score a row (higher is more
suspicious) and the flagged rows, ours.json with what else was said. With --gate the whole audit runs instead, and
gate.json tells the status of each check on annotations.
"""

from __future__ import annotations

import hashlib
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).parents[2])

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def declared(task: dict[str, Any], folder: Path) -> dict[str, Any]:
    """The settings a user would give. Raises LookupError where predictions are given and we take none."""
    from auditor.config import DatasetSection

    settings: dict[str, Any] = {"label": "label", "sensitive": "none", "label_is": task["label_is"]}
    settings["task"] = "binary" if len(task["classes"]) == 2 else "multiclass"
    if task["text"]:
        settings["text"] = task["text"]
    if (folder / "pred_probs.npy").exists():
        if "pred_probs" not in DatasetSection.model_fields:
            raise LookupError("does not take given probabilities yet")
        settings["pred_probs"] = str(folder / "pred_probs.npy")
    return settings


def detect(folder: Path, settings: dict[str, Any]) -> tuple[Floats, list[int], dict[str, Any]]:
    """Score every row and flag some, as a run does; and what is said of the detector itself."""
    from auditor.config import load_config
    from auditor.evidence import Evidence
    from auditor.evidence.suspicion import AskSuspicion
    from auditor.pipeline import load

    config = load_config({"dataset": settings}, None, None)
    with tempfile.TemporaryDirectory() as scratch:
        dataset, _ = load(folder / "data.parquet", config, Path(scratch))
        evidence = Evidence(dataset)
        found = evidence.ask(AskSuspicion())
        scores = getattr(found, "scores", None)
        if scores is None:
            scores = _disagreement(evidence)
        said: dict[str, Any] = {name: _plain(getattr(found, name)) for name in SAID if hasattr(found, name)}
        said["planted"] = _planted(evidence)
        said["seconds"] = {name: round(seconds, 3) for name, seconds in evidence.seconds.items()}
    return np.asarray(scores, dtype=float), [int(row) for row in found.rows], said


#: What the answer may tell beyond rows and scores.
SAID = ("disagreeing", "judged", "skill", "bounds")


def _planted(evidence: Any) -> dict[str, Any]:
    """The share found of planted errors with its interval, by how they were planted; part of our cost."""
    from auditor.errors import NotPossible
    from auditor.evidence.planted import AskPlanted

    try:
        planted = evidence.ask(AskPlanted())
    except NotPossible as reason:
        return {"not possible": str(reason)}
    return {one.kind: [round(bound, 3) for bound in one.found.bounds(0.95)] for one in planted}


def code_digest() -> str:
    """Which detector this is: a digest of the core's code, so that figures of two versions are not mixed."""
    import auditor

    digest = hashlib.sha256()
    for path in sorted(Path(auditor.__file__).parent.rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def _plain(value: Any) -> Any:
    """The value as JSON can hold it; what it cannot is said in words."""
    return json.loads(json.dumps(value, default=str))


def _disagreement(evidence: Any) -> Floats:
    found = evidence.predictions
    scores = np.full(len(found.given), np.nan)
    judged = np.flatnonzero(found.given >= 0)
    scores[judged] = 1 - found.probabilities[judged, found.given[judged]]
    return scores


def gate(folder: Path, settings: dict[str, Any]) -> dict[str, Any]:
    """The verdict of a whole audit, and the status of each check on annotations."""
    from auditor.pipeline import audit

    report = audit(folder / "data.parquet", **settings)
    statuses = {check.id: str(check.status) for check in report.checks if str(check.family) == "annotations"}
    return {"verdict": str(report.verdict.status), "checks": statuses}


def main() -> None:
    from auditor.errors import NotPossible

    folder = Path(sys.argv[1])
    task = json.loads((folder / "task.json").read_text())
    try:
        settings = declared(task, folder)
        if "--gate" in sys.argv:
            (folder / "gate.json").write_text(json.dumps(gate(folder, settings)))
            return
        scores, rows, said = detect(folder, settings)
        np.savez_compressed(folder / "ours.npz", scores=scores, rows=np.array(rows, dtype=np.int64))
    except LookupError as reason:
        said = {"skipped": str(reason)}
    except NotPossible as reason:
        said = {"not_possible": str(reason)}
    said["code"] = code_digest()
    (folder / "ours.json").write_text(json.dumps(said))


if __name__ == "__main__":
    main()
