"""How much work a comparison may do."""

from __future__ import annotations

from dataclasses import dataclass, fields


@dataclass(frozen=True, slots=True)
class Limits:
    """Every bound counts work, never time: the same seed gives the same verdict.

    Attributes:
        sequences: random and extreme sequences that try to refute.
        length: letters in each.
        far: further sequences that try to refute what could not be proved.
        far_length: letters in each of these.
        samples: sequences whose joint states invariants are guessed from.
        product_steps: steps of the two machines together that the search through the product
            of their states may take; twenty times as many where the text shows that the search
            ends, where nothing else decided, and where a shorter counterexample is sought.
        search_rlimit: Z3's work for one question during the search for an invariant.
        proof_rlimit: Z3's work for each of the three obligations.
        bounded_length: letters to which bounded model checking unrolls.
        bounded_rlimit: Z3's work for each such length.
        candidates: conditions kept at each stage of the search.
    """

    sequences: int = 2_000
    length: int = 48
    far: int = 200
    far_length: int = 1_000
    samples: int = 400
    product_steps: int = 200_000
    search_rlimit: int = 2_000_000
    proof_rlimit: int = 100_000_000
    bounded_length: int = 12
    bounded_rlimit: int = 4_000_000
    candidates: int = 400

    def __post_init__(self) -> None:
        for field in fields(self):
            if getattr(self, field.name) < 1:
                raise ValueError(f"the limit {field.name} must be at least 1")
