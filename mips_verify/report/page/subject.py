"""What a section of a page is about: a bundle, a network, examples, or a sweep of many runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mips_verify.spec.value_names import NUMBERS, Names

if TYPE_CHECKING:
    from mips_verify.kernel.domain import Domain
    from mips_verify.kernel.expr import Expr
    from mips_verify.kernel.machine import Machine
    from mips_verify.network.sequence_function import Recurrent
    from mips_verify.network_kernel.network_certificate import NetworkCertificate
    from mips_verify.pipeline.faithfulness import Faithfulness
    from mips_verify.train.train import Attempt


@dataclass(frozen=True, slots=True)
class Subject:
    """What is known of it; empty, ``None`` or 0 where nothing is.

    Attributes:
        kind: ``bundle``, ``network``, ``file of examples`` or ``sweep``.
        name: of the task, the model or the file.
        verdict: in a word or a few, for the table.
        claim: what is proved, and by whom, in a sentence.
        suite: the benchmark that it belongs to.
        engine: what trained the network.
        seconds: of the run that gave the verdict.
        says: the task in a sentence.
        domain: the range of every input.
        length: letters in the sequences that trained the network.
        program, spec: the two machines.
        names: what the values of inputs and outputs are called.
        invariant: what proves that the two are equal; ``None`` if that is not proved.
        source: the program as a file of Python.
        network: what runs beside the program.
        hidden: how many values its state has, if it has such a state.
        theorem: how far the network is proved to be the program.
        theorem_says: the same in a sentence.
        letters: the same for the table.
        faithfulness: the trials, if they were made already.
        trail: the training methods that were tried.
        distributions: of many runs, what is counted, and each value with its count.
        notes: other things to know, a sentence each.
        listing: lines of a table in plain text.
        findings: for each verifier its name, its status, and what it said.
        files: the names of its files with their sizes in bytes.
        problems: what cannot be read, a sentence each.
    """

    kind: str
    name: str
    verdict: str
    claim: str = ""
    suite: str = ""
    engine: str = ""
    seconds: float | None = None
    says: str = ""
    domain: Domain | None = None
    length: int = 0
    program: Machine | None = None
    spec: Machine | None = None
    names: Names = NUMBERS
    invariant: tuple[Expr, ...] | None = None
    source: str = ""
    network: Recurrent | None = None
    hidden: int | None = None
    theorem: NetworkCertificate | None = None
    theorem_says: str = ""
    letters: str = ""
    faithfulness: Faithfulness | None = None
    trail: tuple[Attempt, ...] = ()
    distributions: tuple[tuple[str, tuple[tuple[str, int], ...]], ...] = ()
    notes: tuple[str, ...] = ()
    listing: tuple[str, ...] = ()
    findings: tuple[tuple[str, str, str], ...] = ()
    files: tuple[tuple[str, int], ...] = ()
    problems: tuple[str, ...] = ()


Entry = dict[str, Any]  # of a report in JSON
