"""The peer's side, run in an environment of its own: cleanlab fed with one route's probabilities.

    python peer.py ROUTE FOLDER SEED

FOLDER holds data.parquet (features and `label`) and task.json; the answer is written to FOLDER as ROUTE.npz:
a quality score a row by each of cleanlab's three methods (lower is more suspicious), and its flags.
"""

from __future__ import annotations

import json
import sys
import warnings
from pathlib import Path
from typing import Any

import numpy as np

#: Where cleanlab's probabilities come from.
BOOSTING, LOGISTIC, TFIDF, GIVEN = "boosting", "logistic", "tfidf", "given"
ROUTES = (BOOSTING, LOGISTIC, TFIDF, GIVEN)
SCORES = ("self_confidence", "normalized_margin", "confidence_weighted_entropy")
FOLDS = 5


def boosting(frame: Any, categorical: list[str]) -> Any:
    """Gradient-boosted trees that take categories as categories and missing values as they are."""
    from sklearn.compose import ColumnTransformer
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OrdinalEncoder

    codes = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=np.nan, max_categories=250)
    columns = ColumnTransformer([("categories", codes, categorical)], remainder="passthrough")
    trees = HistGradientBoostingClassifier(categorical_features=list(range(len(categorical))), random_state=0)
    return make_pipeline(columns, trees)


def logistic(frame: Any, categorical: list[str]) -> Any:
    """Logistic regression on standardised numbers and one-hot categories."""
    from sklearn.compose import ColumnTransformer
    from sklearn.impute import SimpleImputer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    numbers = [name for name in frame.columns if name not in categorical]
    scaled = make_pipeline(SimpleImputer(strategy="median", add_indicator=True), StandardScaler())
    one_hot = OneHotEncoder(handle_unknown="ignore")
    columns = ColumnTransformer([("numbers", scaled, numbers), ("categories", one_hot, categorical)])
    return make_pipeline(columns, LogisticRegression(max_iter=1000))


def tfidf(text: str) -> Any:
    """Logistic regression on the TF-IDF of the words."""
    from sklearn.compose import ColumnTransformer
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    words = ColumnTransformer([("words", TfidfVectorizer(), text)])
    return make_pipeline(words, LogisticRegression(max_iter=1000))


def model(route: str, frame: Any, task: dict[str, Any]) -> Any:
    """The route's model, not yet fitted."""
    if route == TFIDF:
        return tfidf(task["text"])
    return (boosting if route == BOOSTING else logistic)(frame, task["categorical"])


def cross_fitted(route: str, frame: Any, labels: Any, task: dict[str, Any], seed: int) -> Any:
    """Out-of-sample probabilities by stratified, shuffled folds."""
    from sklearn.model_selection import StratifiedKFold, cross_val_predict

    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=seed)
    return cross_val_predict(model(route, frame, task), frame, labels, cv=folds, method="predict_proba")


def main() -> None:
    import pandas as pd
    from cleanlab.filter import find_label_issues  # type: ignore[import-not-found,unused-ignore]
    from cleanlab.rank import get_label_quality_scores  # type: ignore[import-not-found,unused-ignore]

    warnings.simplefilter("ignore")
    route, folder, seed = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    task = json.loads((folder / "task.json").read_text())
    frame = pd.read_parquet(folder / "data.parquet")
    known, labels = np.unique(frame.pop("label").to_numpy(dtype=str), return_inverse=True)
    if route == GIVEN:
        order = [task["classes"].index(name) for name in known]
        probabilities = np.load(folder / "pred_probs.npy")[:, order]
    else:
        probabilities = cross_fitted(route, frame, labels, task, seed)
    scores = {name: get_label_quality_scores(labels, probabilities, method=name) for name in SCORES}
    flags = find_label_issues(labels, probabilities, n_jobs=1)
    packed = {name: score.astype(np.float32) for name, score in scores.items()}
    np.savez_compressed(folder / f"{route}.npz", flags=flags, **packed)


if __name__ == "__main__":
    main()
