"""Rare words lead where random words hardly ever do, and are labelled like all others."""

import numpy as np

from mips_verify.spec.rare_words import rare_words
from tests.training_data import letters

KEYS = np.array([5, 3, 7, 2, 4])


def progress(x):
    """How many of five letters were read in the right order; a wrong one ends it."""
    done, out = np.zeros(len(x), dtype=np.int64), []
    for t in range(x.shape[1]):
        hit = (done >= 0) & (x[:, t, 0] == KEYS[np.clip(done, 0, 4)])
        done = np.where(done == 5, 5, np.where(hit, done + 1, -1))
        out.append(done)
    return np.stack(out, axis=1)[..., None]


def test_a_handshake_that_random_words_hardly_pass_is_passed_often():
    domain = letters(7)
    x = domain.sample(5000, 10, np.random.default_rng(0))
    more, y = rare_words(domain, x, progress(x), progress, np.random.default_rng(1))
    assert (progress(x) == 5).any(axis=(1, 2)).sum() < 5
    assert (y == 5).any(axis=(1, 2)).sum() > 50
    assert np.array_equal(progress(more), y)
    assert more.min() >= 0
    assert more.max() <= 7


def test_the_same_seed_gives_the_same_words():
    domain = letters(7)
    x = domain.sample(500, 10, np.random.default_rng(0))
    first, second = (
        rare_words(domain, x, progress(x), progress, np.random.default_rng(1))[0] for _ in range(2)
    )
    assert np.array_equal(first, second)
