"""Machines with an algebra to find: checksums, groups, machines made of smaller ones."""

import numpy as np
import pytest

from mips_verify.domain import Domain
from mips_verify.expr import children
from mips_verify.extract.extract import extract
from mips_verify.printers.numpy import run_batch
from tests.extract_networks import BITS, MachineNetwork, machine

FOUR = Domain(("x",), (0,), (3,))


def read_out(wanted, domain, horizon=10):
    """The extraction, after its program was compared with the machine far beyond the horizon."""
    found = extract(MachineNetwork(wanted, horizon=horizon), domain, horizon)
    assert found.machine is not None, found.tried
    x = domain.sample(500, 50, np.random.default_rng(3))
    assert (run_batch(found.machine, x) == run_batch(wanted, x)).all()
    return found


def has_table(found):
    expressions = found.machine.next + found.machine.outputs
    return any(node.op == "table" for e in expressions for node in children(e))


CHECKSUMS = {
    "4 bits as a number": (
        {"a": (0, "d ^ x"), "b": (0, "a ^ d ^ x"), "c": (0, "b"), "d": (0, "c")},
        "8 * d + 4 * c + 2 * b + a", BITS),
    "3 bits, started elsewhere": (
        {"a": (1, "c ^ x"), "b": (0, "a"), "c": (1, "b ^ c")}, "a + 2 * b + 4 * c", BITS),
    "2 digits modulo 3": (
        {"a": (0, "(a + b + x) % 3"), "b": (0, "(2 * a + x) % 3")}, "a + 3 * b",
        Domain(("x",), (0,), (2,))),
}  # fmt: skip


@pytest.mark.parametrize("name", CHECKSUMS)
def test_a_register_over_a_small_field_that_is_shown_as_a_number(name):
    state, output, domain = CHECKSUMS[name]
    wanted = machine(state, output)
    found = read_out(wanted, domain)
    assert not has_table(found)
    assert found.machine.size <= 1.3 * wanted.size
