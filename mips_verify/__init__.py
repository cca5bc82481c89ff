"""mips-verify: programs with proofs, read out of recurrent networks."""

from typing import Any

__version__ = "0.1.0"
_LAZY = {  # imported when they are used: torch and z3 take seconds
    "Functions": "mips_verify.network.torch_recurrent",
    "Interface": "mips_verify.network.interface",
    "load_model": "mips_verify.network.load",
    "load_task": "mips_verify.spec.task",
    "read_network": "mips_verify.pipeline.read_network",
    "save_network": "mips_verify.network.torch_modules",
    "synthesize": "mips_verify.pipeline.synthesize",
}
__all__ = ["__version__", *_LAZY]  # noqa: PLE0604 - the keys are texts


def __getattr__(name: str) -> Any:
    if name not in _LAZY:
        raise AttributeError(f"module 'mips_verify' has no attribute '{name}'")
    from importlib import import_module

    return getattr(import_module(_LAZY[name]), name)
