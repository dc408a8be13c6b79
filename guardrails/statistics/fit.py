"""Fits and writes linear models. For development only: needs numpy and scikit-learn, the program does not."""

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp  # pyright: ignore[reportMissingTypeStubs]
from sklearn.linear_model import LogisticRegression  # pyright: ignore[reportMissingTypeStubs]
from sklearn.model_selection import KFold  # pyright: ignore[reportMissingTypeStubs]

from guardrails.statistics.features import GROUPS, Features, parts

Labels = npt.NDArray[np.bool_]
Scores = npt.NDArray[np.float64]
FOLDS = 5
_SHARPEST = 127
_CLIP = 99.98  # percentile of the weights that the largest whole number stands for


@dataclass(frozen=True, slots=True)
class Shape:
    """How a model is built: buckets (a power of two), weight of each feature group, inverse of regularisation."""

    size: int
    groups: Mapping[str, float]
    strength: float = 15.0
    rare: int = 2  # examples that a feature must stand in


@dataclass(frozen=True, slots=True)
class Contrast:
    """One of the questions a head is the sum of: which examples take part, and which of them are yes."""

    among: Labels
    yes: Labels


@dataclass(frozen=True, slots=True)
class Fitted:
    """A model before it is written, and the scores that each example got while it was left out."""

    shape: Shape
    biases: Mapping[str, float]
    weights: Mapping[str, npt.NDArray[np.float64]]
    unseen: Mapping[str, Scores]


def fit(rows: Sequence[Features], heads: Mapping[str, Sequence[Contrast]], shape: Shape, folds: int = FOLDS) -> Fitted:
    """Heads of summed logistic regressions, each weighted by how unevenly a feature falls (Wang and Manning 2012).

    With `folds` 0 no example is left out and `unseen` stays empty.
    """
    table = matrix(rows, shape)
    biases: dict[str, float] = {}
    weights: dict[str, npt.NDArray[np.float64]] = {}
    unseen: dict[str, Scores] = {}
    for name, contrasts in heads.items():
        weights[name], biases[name] = _head(table, contrasts, shape)
        if folds:
            unseen[name] = _unseen(table, contrasts, shape, folds)
    return Fitted(shape, biases, weights, unseen)


def matrix(rows: Sequence[Features], shape: Shape) -> Any:
    """The features of many texts as a sparse table, scaled as `LinearModel.scores` scales them."""
    mask = shape.size - 1
    spelling = shape.groups.get("parts", 0.0)
    spelled: dict[str, list[int]] = {}
    columns: list[int] = []
    values: list[float] = []
    ends = [0]
    for row in rows:
        found: dict[int, float] = {}
        for name, group in zip(GROUPS, row.groups, strict=True):
            if group and (weight := shape.groups.get(name, 0.0)):
                _put(found, [number & mask for number in group], weight / math.sqrt(len(group)))
        if spelling:
            for word in row.spelled - spelled.keys():
                spelled[word] = [number & mask for number in parts(word)]
            places = [place for word in row.spelled for place in spelled[word]]
            _put(found, places, spelling / math.sqrt(max(1, len(places))))
        columns += found.keys()
        values += found.values()
        ends.append(len(columns))
    return sp.csr_matrix((values, columns, ends), shape=(len(rows), shape.size), dtype=np.float32)


def _put(found: dict[int, float], places: Iterable[int], value: float) -> None:
    for place in places:
        found[place] = found.get(place, 0.0) + value


def threshold(scores: Scores, calm: Labels, share: float) -> float:
    """The score that at most `share` of the calm examples lie above."""
    return float(np.quantile(scores[calm], 1.0 - share))


def write(path: Path, fitted: Fitted, facts: Mapping[str, float]) -> None:
    """Write the weights as signed bytes; the same fit gives the same bytes."""
    heads: dict[str, dict[str, float]] = {}
    body = bytearray()
    for name in sorted(fitted.weights):  # the order in which the heads are read
        weights = fitted.weights[name]
        used = np.abs(weights[weights != 0])
        scale = max(float(np.percentile(used, _CLIP)), 1e-9) / _SHARPEST
        whole = np.clip(np.round(weights / scale), -_SHARPEST, _SHARPEST).astype(np.int8)
        heads[name] = {"bias": round(fitted.biases[name], 6), "scale": scale}
        body += whole.tobytes()
    about = {
        "heads": heads,
        "size": fitted.shape.size,
        "groups": dict(fitted.shape.groups),
        "facts": {name: round(value, 4) for name, value in facts.items()},
    }
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(json.dumps(about, sort_keys=True).encode() + b"\n" + bytes(body))


def _head(table: Any, contrasts: Sequence[Contrast], shape: Shape) -> tuple[npt.NDArray[np.float64], float]:
    """The weights and the bias of one head: each contrast counts the same, whatever its scale."""
    total: Scores = np.zeros(shape.size)
    bias = 0.0
    for contrast in contrasts:
        rows, yes = table[contrast.among], contrast.yes[contrast.among]
        uneven = _uneven(rows, yes, shape)
        model = LogisticRegression(
            C=shape.strength, solver="liblinear", class_weight="balanced", max_iter=400, random_state=7
        )
        fitted: Any = cast("Any", model).fit(rows @ cast("Any", sp).diags(uneven), yes)
        weights: Scores = fitted.coef_[0] * uneven
        scale = max(float(np.std(rows @ weights)), 1e-9)
        total += weights / scale
        bias += float(fitted.intercept_[0]) / scale
    return total, bias


def _uneven(rows: Any, yes: Labels, shape: Shape) -> npt.NDArray[np.float32]:
    """How far the share of a feature among yes lies from that among no, on a log scale; 0 for a rare feature."""
    present = rows > 0
    often = np.asarray(present[yes].sum(0)).ravel() + 1.0
    seldom = np.asarray(present[~yes].sum(0)).ravel() + 1.0
    ratio = np.abs(np.log((often / often.sum()) / (seldom / seldom.sum())))
    ratio[often + seldom - 2.0 < shape.rare] = 0.0
    return ratio.astype(np.float32)


def _unseen(table: Any, contrasts: Sequence[Contrast], shape: Shape, folds: int) -> Scores:
    """Each example's score by a model that did not see it."""
    scores: Scores = np.zeros(int(table.shape[0]), dtype=np.float64)
    splits: Any = cast("Any", KFold(folds, shuffle=True, random_state=7)).split(scores)
    train: npt.NDArray[np.intp]
    test: npt.NDArray[np.intp]
    for train, test in splits:
        seen = np.zeros(len(scores), dtype=np.bool_)
        seen[train] = True
        part = [Contrast(contrast.among & seen, contrast.yes) for contrast in contrasts]
        weights, bias = _head(table, part, shape)
        scores[test] = table[test] @ weights + bias
    return scores
