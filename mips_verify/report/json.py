"""Results as JSON, for programs; :mod:`mips_verify.report.text` is for people."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from mips_verify.certify.certify_network import Certified
from mips_verify.kernel.certificate import machine_to_dict
from mips_verify.prove.verdict_json import verdict_to_dict
from mips_verify.report.agreement import faithfulness_to_dict
from mips_verify.report.theorem import theorem_to_dict
from mips_verify.spec.value_names import NUMBERS, Names, called

if TYPE_CHECKING:
    from mips_verify.extract.extraction import Extraction
    from mips_verify.extract.scoring import Offer
    from mips_verify.kernel.machine import Machine
    from mips_verify.kernel.verdict import Verdict
    from mips_verify.normalize.integer_autoencoders import IntegerLattice
    from mips_verify.pipeline.from_examples import Learned
    from mips_verify.pipeline.network_theorem import Answer
    from mips_verify.pipeline.read_network import Reading
    from mips_verify.pipeline.score import Score
    from mips_verify.pipeline.synthesis_result import Result
    from mips_verify.spec.examples import Examples
    from mips_verify.spec.task import Task


def task_to_dict(task: Task) -> dict[str, Any]:
    """The contents of a task file."""
    d = task.domain
    ranges = {n: [lo, hi] for n, lo, hi in zip(d.names, d.lows, d.highs, strict=True)}
    return {
        "name": task.name,
        "says": task.says,
        "suite": task.suite,
        "length": task.length,
        "inputs": ranges,
        "outputs": list(task.names.output_keys(len(task.spec.outputs))),
        "names": _names(task.names, task.spec),
        "spec": machine_to_dict(task.spec),
    }


def _names(names: Names, machine: Machine) -> dict[str, list[str]]:
    """What the values 0, 1, ... of inputs, states and outputs are called; others are left out."""
    found = names.table(machine.inputs, machine.state, len(machine.outputs))
    return {key: list(words) for key, words in found.items()}


def judged_to_dict(verdict: Verdict, task: Task | None) -> dict[str, Any]:
    """A verdict, also with the names of values.

    ``named`` has the counterexample, the outputs due and those given again as texts. It is there if
    the task names any values and there is a counterexample.
    """
    data = verdict_to_dict(verdict)
    if task is not None and verdict.counterexample is not None and task.names.any:
        names = task.names
        data["named"] = {
            "counterexample": [called(names.inputs, letter) for letter in verdict.counterexample],
            "expected": None
            if verdict.expected is None
            else called(names.outputs, verdict.expected),
            "got": None if verdict.got is None else called(names.outputs, verdict.got),
        }
    return data


def _alternatives(extraction: Extraction) -> list[dict[str, Any]]:
    """Programs that do the same as the one that is shown, in other words."""
    return [
        {"form": c.form, "size": c.machine.size, "program": machine_to_dict(c.machine)}
        for c in extraction.alternatives
    ]


def _offer(offer: Offer) -> dict[str, Any]:
    """A program that a network nearly is, with the shares of sequences on which the two agree."""
    return dataclasses.asdict(offer) | {"machine": machine_to_dict(offer.machine)}


def result_to_dict(result: Result) -> dict[str, Any]:
    """Everything that a run found out, round by round."""
    return {
        "task": task_to_dict(result.task),
        "engine": result.settings.engine,
        "accept": result.settings.accept,
        "seed": result.settings.seed,
        "program": machine_to_dict(result.program) if result.program is not None else None,
        "alternatives": _alternatives(result.best.extraction),
        "first_proof_seconds": result.first_proof,
        "verdict": judged_to_dict(result.verdict, result.task)
        if result.verdict is not None
        else None,
        "network_theorem": theorem_to_dict(result.best.certified)
        if result.best.certified is not None
        else None,
        "rounds": [
            {
                "engine": r.trained.engine,
                "hidden": r.trained.network.hidden,
                "accuracy": r.trained.accuracy,
                "trail": [a.name for a in r.trained.trail],
                "form": r.extraction.form,
                "agreement": r.extraction.agreement,
                "labelled": r.score.sequences if r.score is not None else None,
                "wrong": r.score.wrong if r.score is not None else None,
                "tried": list(r.extraction.tried),
                "verdict": r.verdict.status.name if r.verdict is not None else None,
                "seconds": r.seconds,
            }
            for r in result.rounds
        ],
    }


def reading_to_dict(
    reading: Reading, what: str, task: Task | None, names: Names = NUMBERS
) -> dict[str, Any]:
    """Everything about a program that was read out of a network.

    Args:
        reading: what was read.
        what: describes the network.
        task: the task, if there is one; its names count.
        names: what values are called if there is no task.
    """
    comparison, program = reading.comparison, reading.program
    spec = program if task is None else task.spec
    return {
        "network": what,
        "task": task.name if task is not None else None,
        "names": _names(task.names if task is not None else names, spec) if spec else {},
        "program": machine_to_dict(program) if program is not None else None,
        "form": reading.extraction.form,
        "offers": [_offer(offer) for offer in reading.extraction.offers],
        "rejected": _offer(best) if (best := reading.extraction.rejected) is not None else None,
        "alternatives": _alternatives(reading.extraction),
        "tried": list(reading.extraction.tried),
        "network_score": dataclasses.asdict(reading.network_score)
        if reading.network_score is not None
        else None,
        "agree": comparison.agree if comparison is not None else None,
        "compared": {
            "short": dataclasses.asdict(comparison.short),
            "short_length": comparison.short_length,
            "full": dataclasses.asdict(comparison.full),
            "length": comparison.length,
            "up_to": dataclasses.asdict(comparison.up_to) if comparison.up_to is not None else None,
        }
        if comparison is not None
        else None,
        "faithfulness": faithfulness_to_dict(reading.faithfulness)
        if reading.faithfulness is not None
        else None,
        "verdict": judged_to_dict(reading.verdict, task) if reading.verdict is not None else None,
        "network_theorem": theorem_to_dict(reading.certified)
        if reading.certified is not None
        else None,
    }


def certified_to_dict(answer: Answer, what: str, program: Machine) -> dict[str, Any]:
    """How far a network is a given program; ``weights`` is its fingerprint, as in network.json."""
    theorem = answer.theorem if isinstance(answer, Certified) else None
    return {
        "network": what,
        "weights": theorem.certificate.network if theorem is not None else None,
        "program": machine_to_dict(program),
        "network_theorem": theorem_to_dict(answer),
    }


def learned_to_dict(learned: Learned) -> dict[str, Any]:
    """Everything about a program that was found from examples."""
    examples, program, comparison = learned.examples, learned.program, learned.comparison
    d = examples.data.domain
    scores = {"used": learned.best.score, "held_out": learned.score}
    return {
        "data": examples.name,
        "inputs": {n: [a, b] for n, a, b in zip(d.names, d.lows, d.highs, strict=True)},
        "outputs": list(examples.outputs),
        "letters": {n: list(words) for n, words in examples.letters.items()},
        "dropped": examples.dropped,
        "program": machine_to_dict(program) if program is not None else None,
        "engine": learned.best.trained.engine,
        "accuracy": learned.best.trained.accuracy,
        "form": learned.best.extraction.form,
        "tried": list(learned.best.extraction.tried),
        "scores": {n: _score(s, examples) for n, s in scores.items() if s is not None},
        "agrees_with_network": comparison.agree if comparison is not None else None,
    }


def _score(score: Score, examples: Examples) -> dict[str, Any]:
    """A score; beside the word of its miss also where that is found in the file."""
    data = dataclasses.asdict(score)
    if score.miss is not None:
        data["miss"]["place"] = examples.place(score.miss.word)
    return data


def lattice_to_dict(lattice: IntegerLattice | None) -> dict[str, Any]:
    """The lattice of hidden states; empty if it was not asked for."""
    if lattice is None:
        return {}
    parts = {"origin": lattice.origin.tolist(), "basis": lattice.basis.tolist()}
    return {"lattice": {"method": lattice.method, "share": lattice.share, **parts}}
