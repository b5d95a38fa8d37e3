#!/usr/bin/python3
"""exp, log, pow, sin and cos of doubles: the nearest double to what mpmath finds with 60 digits."""

import math

import mpmath
import numpy as np

from golden import GoldenFile

mpmath.mp.dps = 60
golden = GoldenFile(__file__)
random = np.random.RandomState(1)


def neighbours(*centres):
    return [x for c in centres for x in (np.nextafter(c, -np.inf), c, np.nextafter(c, np.inf))]


def signed(sizes):
    return np.concatenate([sizes, -sizes])


def write(name, f, *arguments):
    values = [float(f(*(mpmath.mpf(float(x)) for x in xs))) for xs in zip(*arguments)]
    golden.write(name, np.array([*arguments, values]))


golden.comment("Each matrix: the arguments, a row for each, then the function's values.")
powers_of_two = 2.0 ** random.uniform(-60, 1, 60)   # arguments of all sizes
write("exp", mpmath.exp, np.concatenate(
    [random.uniform(-708, 709, 150), random.uniform(-1, 1, 100), signed(powers_of_two),
     neighbours(*(k * math.log(2) / 256 for k in range(-20, 21)))]))
write("log", mpmath.log, np.concatenate(
    [2.0 ** random.uniform(-1074, 1023, 150), random.uniform(0.5, 2, 150), 1 + signed(powers_of_two[:40] / 4),
     neighbours(*np.arange(85, 190) / 128, math.sqrt(0.5), math.sqrt(2)), [5e-324, 2.0 ** -1022, 1.7976931348623157e308]]))
write("pow", mpmath.power, *np.transpose(
    [(0.9, t) for t in (1, 2, 3, 10, 100, 1000, 6000)] + [(0.999, t) for t in (1, 2, 3, 10, 1000, 100000, 700000)]
    + [(x, y) for x, y in zip(2.0 ** random.uniform(-30, 30, 150), random.uniform(-30, 30, 150))]
    + [(1 + x, 200 / x) for x in 2.0 ** random.uniform(-50, 0, 60)]))
angles = np.concatenate([random.uniform(-10, 10, 200), random.uniform(-2**20, 2**20, 80), signed(powers_of_two),
                         neighbours(*(k * math.pi / 4 for k in (*range(-16, 17), 1000, 99999, 1000002, 1300000)))])
angles = angles[angles != 0]
write("sin", mpmath.sin, angles)
write("cos", mpmath.cos, angles)
golden.save()
