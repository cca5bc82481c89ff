"""`check` holds a bundle's network against network.json: no other network takes its place."""

import numpy as np
import pytest

from mips_verify.check.finding import Options
from mips_verify.check.recheck import check_bundle
from mips_verify.network.network import Network
from tests.quality.forging import network
from tests.test_check_bundles import copied

QUICK = Options(fuzz=0)


def finding(folder, options=QUICK):
    return next(f for f in check_bundle(folder, options) if f.check == "network")


def each_weight(change):
    """The same network with other weights; the certificate gets their hash, and all files fit."""

    def changed(n):
        f, g = (tuple((change(w), change(b)) for w, b in layers) for layers in (n.f, n.g))
        return Network(f, g, change(n.h0), n.channels)

    return network(changed)


def nudged(n):
    """The same network but for the last bit of one weight of the read-out."""
    (*inner, (weight, bias)) = n.g
    other = weight.copy()
    other.flat[0] = np.nextafter(other.flat[0], np.inf)
    return Network(n.f, (*inner, (other, bias)), n.h0, n.channels)


def rounded(values):
    return values.astype(np.float32).astype(np.float64)


@pytest.mark.parametrize("tell", [network(nudged), each_weight(lambda v: v * (1 + 1e-9))])
def test_a_network_that_is_nearly_the_same_is_noticed(tmp_path, tell):
    folder = copied("Sum_Last3", tmp_path)
    tell(folder)
    found = finding(folder)
    assert found.status == "failed"
    assert (found.file, found.message) == (
        "network.json",
        "the certificate speaks of another network",
    )
