"""The peer's side, run in an environment of its own: Evidently's default drift report on pairs of tables.

    python drift_peer.py FOLDER

FOLDER holds pairs ours-N.parquet, theirs-N.parquet; what is said of each is written to verdicts.json: how many columns
have drifted, of how many, and whether the dataset has (half of them, by default). The tests are those that it chooses.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any


def drifted(value: float, config: dict[str, Any]) -> bool:
    """Whether a column has drifted: below the threshold where the method gives a p-value, else from it on."""
    below = config["method"].endswith("p_value")
    return bool(value < config["threshold"] if below else value >= config["threshold"])


def main() -> None:
    import pandas as pd
    from evidently import Report  # type: ignore[import-not-found,unused-ignore]
    from evidently.presets import DataDriftPreset  # type: ignore[import-not-found,unused-ignore]

    folder, verdicts = Path(sys.argv[1]), []
    for place in range(len(list(folder.glob("ours-*.parquet")))):
        ours, theirs = (pd.read_parquet(folder / f"{side}-{place}.parquet") for side in ("ours", "theirs"))
        metrics = Report([DataDriftPreset()]).run(theirs, ours).dict()["metrics"]
        columns = [m for m in metrics if m["config"]["type"].endswith(":ValueDrift")]
        (whole,) = (m for m in metrics if m["config"]["type"].endswith(":DriftedColumnsCount"))
        some = [m["config"]["column"] for m in columns if drifted(m["value"], m["config"])]
        verdicts.append(
            {
                "columns": some,
                "count": whole["value"]["count"],
                "of": len(columns),
                "dataset": whole["value"]["share"] >= whole["config"]["drift_share"],
            }
        )
    (folder / "verdicts.json").write_text(json.dumps(verdicts))


if __name__ == "__main__":
    main()
