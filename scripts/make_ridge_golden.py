"""Writes Tests/Fixtures/probing/ridge.json: leave-one-out R^2 of ridge regression by scikit-learn, for the tests of the linear probe."""

import json
import sys

import numpy as np
import sklearn
from sklearn.linear_model import Ridge, RidgeCV
from sklearn.metrics import r2_score
from sklearn.model_selection import LeaveOneOut, cross_val_predict

ALPHAS = [1e-3, 1e-1, 10]


def case(name, rows, columns, noise, seed):
    rng = np.random.default_rng(seed)
    x = np.round(rng.normal(size=(rows, columns)) + 0.5, 3)
    y = np.round(x[:, : max(1, columns // 2)].sum(axis=1) + noise * rng.normal(size=rows) - 3, 3)
    chosen = RidgeCV(alphas=ALPHAS).fit(x, y).alpha_
    r2 = {
        str(alpha): r2_score(y, cross_val_predict(Ridge(alpha=alpha), x, y, cv=LeaveOneOut())) for alpha in ALPHAS
    }
    return {"name": name, "x": x.tolist(), "y": y.tolist(), "alpha": float(chosen), "r2": r2}


json.dump(
    {
        "made_with": f"scikit-learn {sklearn.__version__}",
        "alphas": ALPHAS,
        "cases": [
            case("more instances than features", 24, 4, 0.5, 1),
            case("no noise", 20, 3, 0.0, 2),
            case("as many as features", 8, 8, 0.3, 3),
            case("fewer instances than features", 9, 14, 0.3, 4),
            case("mostly noise", 30, 5, 20, 5),
        ],
    },
    open(sys.argv[1], "w"),
    indent=1,
)
