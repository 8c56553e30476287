"""Gauss-Legendre nodes and weights on [0, 1] by numpy: make_quadrature.py > Tests/Fixtures/gauss_legendre.json

Of long rules only some nodes are kept, with their indices.
"""
import json

import numpy as np

rules = []
for n in (1, 2, 3, 4, 5, 7, 8, 16, 50, 64, 100, 255, 256, 1000):
    nodes, weights = np.polynomial.legendre.leggauss(n)
    kept = sorted({0, 1, 2, n // 4, n // 2 - 1, n // 2, n - 2, n - 1} & set(range(n))) if n > 8 else range(n)
    rules.append({
        "n": n, "indices": list(kept), "nodes": [float((nodes[i] + 1) / 2) for i in kept],
        "weights": [float(weights[i] / 2) for i in kept],
    })
print(json.dumps({"made_by": f"numpy {np.__version__} polynomial.legendre.leggauss, moved to [0, 1]", "rules": rules}))
