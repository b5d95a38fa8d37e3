"""Piecewise-linear encoding: the edges of bins by np.quantile, and where numbers lie in the bins."""

import numpy as np
from golden import GoldenFile


def encode(x, edges):
    """One column for each number, one row for each bin."""
    low, high = edges[:-1, np.newaxis], edges[1:, np.newaxis]
    with np.errstate(over="ignore"):  # an infinite number is clipped as well
        return 0.5 * np.clip((x - low) / (high - low), 0, 1)


random = np.random.RandomState(8)
columns = {
    "normal": random.randn(100),
    "five": random.randn(5),
    "few_values": random.randint(0, 7, size=60).astype(float),
    "mostly_zero": np.where(random.uniform(size=200) < 0.8, 0, random.exponential(size=200)),
    "heavy_tail": np.exp(6 * random.randn(333)),
    "tiny_beside_huge": np.concatenate([1e-300 * random.randn(20), 1e300 * random.randn(20)]),
    "three": np.array([2.0, 1.0, 4.0]),
}
file = GoldenFile(__file__)
file.comment("Numbers, the edges of their bins, and numbers x within them, outside and on the edges in the bins.")
for name, numbers in columns.items():
    edges = np.unique(np.quantile(numbers, np.linspace(0, 1, 33)))
    assert len(edges) >= 3
    # in other words: it rises from 0 to 0.5 between the edges, as NumPy's interpolation does
    x = np.concatenate([edges[:5], random.choice(numbers, 5), edges[0] - [1, 1e-3], edges[-1] + [1, 1e-3],
                        random.uniform(edges[0], edges[-1], 5)])
    bins = encode(x, edges)
    for i, row in enumerate(bins):
        np.testing.assert_allclose(row, np.interp(x, edges[i:i + 2], [0, 0.5]), rtol=1e-12, atol=1e-9)
    file.write(name + "_numbers", numbers)
    file.write(name + "_edges", edges)
    file.write(name + "_x", x)
    file.write(name + "_bins", bins)
file.save()
