#!/usr/bin/python3
"""The numbers of numpy.random.RandomState (MT19937, the legacy distributions) and of Philox 4x64."""

import numpy as np
from numpy.random import Philox, RandomState

from golden import GoldenFile

golden = GoldenFile(__file__)


# ---- RandomState -----------------------------------------------------------------------------------------------------

def doubles_of(raw):
    """random_sample from pairs of raw 32-bit draws: 27 bits of the first, 26 of the second."""
    a, b = raw[0::2] >> np.uint64(5), raw[1::2] >> np.uint64(6)
    return (a * 67108864.0 + b) / 9007199254740992.0


golden.comment("Each group begins with a fresh RandomState(seed); its lines are drawn in the order they stand in.")
for seed in [0, 2, 12345, 4294967295]:
    name = f"seed_{seed}_"

    golden.comment(f"RandomState({seed}): raw 32-bit outputs")
    raw = RandomState(seed)._bit_generator.random_raw(8)
    golden.write(name + "raw", raw)
    assert np.array_equal(raw, RandomState(seed).randint(0, 2**32, size=8, dtype=np.uint32))
    assert np.array_equal(doubles_of(raw), RandomState(seed).random_sample(4))

    golden.comment("fresh: random_sample(10)")
    golden.write(name + "random_sample", RandomState(seed).random_sample(10))

    golden.comment("fresh: randn(11)")
    golden.write(name + "randn", RandomState(seed).randn(11))

    golden.comment("fresh: uniform(-3, 7, 5)")
    golden.write(name + "uniform", RandomState(seed).uniform(-3, 7, 5))

    golden.comment("fresh: permutation(10), then permutation(1), then permutation(1000), its first 20")
    random = RandomState(seed)
    golden.write(name + "permutation_10", random.permutation(10))
    golden.write(name + "permutation_1", random.permutation(1))
    golden.write(name + "permutation_1000_first_20", random.permutation(1000)[:20])

    golden.comment("fresh: shuffle of 0..16")
    order = np.arange(17)
    RandomState(seed).shuffle(order)
    golden.write(name + "shuffle_17", order)

    golden.comment("fresh: randn(3), permutation(7), randn(2), random_sample(2). randn draws pairs and keeps the "
                   "second of each for its next call: the first of the last randn was drawn before the permutation")
    random = RandomState(seed)
    golden.write(name + "mixed_randn_3", random.randn(3))
    golden.write(name + "mixed_permutation_7", random.permutation(7))
    kept, drawn = random.randn(2)
    assert kept == RandomState(seed).randn(4)[3]
    golden.write(name + "mixed_randn_2", [kept, drawn])
    golden.write(name + "mixed_random_sample_2", random.random_sample(2))


# ---- Philox 4x64, 10 rounds ------------------------------------------------------------------------------------------

WORD = 2**64


def philox_block(counter, key):
    """4 words from 4 words: Salmon et al., "Parallel random numbers: as easy as 1, 2, 3" (2011)."""
    c0, c1, c2, c3 = counter
    k0, k1 = key
    for _ in range(10):
        high0, low0 = divmod(0xD2E7470EE14C6C93 * c0, WORD)
        high1, low1 = divmod(0xCA5A826395121157 * c2, WORD)
        c0, c1, c2, c3 = high1 ^ c1 ^ k0, low1, high0 ^ c3 ^ k1, low0
        k0, k1 = (k0 + 0x9E3779B97F4A7C15) % WORD, (k1 + 0xBB67AE8584CAA73B) % WORD
    return [c0, c1, c2, c3]


def next_counter(counter):
    """The counter is one 256-bit number, word 0 the lowest."""
    number = sum(word << (64 * i) for i, word in enumerate(counter)) + 1
    return [(number >> (64 * i)) % WORD for i in range(4)]


# the first known answer published with that paper's program
assert philox_block([0, 0, 0, 0], [0, 0]) == [
    0x16554D9ECA36314C, 0xDB20FE9D672D0FDC, 0xD7E772CEE186176B, 0x7E68B68AEC7BA23B]

golden.comment("Philox: unsigned 64-bit integers. The outputs are Philox(key=key, counter=counter).random_raw(8). "
               "NumPy increments the 256-bit counter (word 0 is the lowest) BEFORE it makes each block of four words: "
               "outputs 0..3 = block(counter + 1, key), outputs 4..7 = block(counter + 2, key).")
last = WORD - 1
for i, (key, counter) in enumerate([
        ([0, 0], [0, 0, 0, 0]),
        ([1, 0], [0, 0, 0, 0]),
        ([0, 1], [0, 0, 0, 0]),
        ([2, 3], [5, 7, 11, 13]),
        ([0x0123456789ABCDEF, 0xFEDCBA9876543210], [0x1111111111111111, 0x2222222222222222, 3, 4]),
        ([12345, 67890], [last - 1, 0, 0, 0]),        # carries into word 1 between the two blocks
        ([12345, 67890], [last, last, 41, 0]),        # carries into word 2 before the first block
        ([last, last], [last, last, last, last])]):   # wraps around to zero
    output = Philox(key=np.array(key, dtype=np.uint64), counter=np.array(counter, dtype=np.uint64)).random_raw(8)
    first, second = next_counter(counter), next_counter(next_counter(counter))
    assert [int(word) for word in output] == philox_block(first, key) + philox_block(second, key)
    golden.write(f"philox_{i}_key", np.array(key, dtype=np.uint64))
    golden.write(f"philox_{i}_counter", np.array(counter, dtype=np.uint64))
    golden.write(f"philox_{i}_output", output)

golden.save()
