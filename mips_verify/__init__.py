"""mips-verify: programs with proofs, read out of recurrent networks.

:mod:`mips_verify.api` has a function for each command. Its ``train``, ``extract``, ``prove`` and
``certify`` are only there, since packages have these names here; the others are here too.
"""

from typing import Any

__version__ = "0.1.0"
_LAZY = {  # imported when they are used: torch and z3 take seconds
    "Domain": "mips_verify.kernel.domain",
    "Functions": "mips_verify.network.torch_recurrent",
    "Interface": "mips_verify.network.interface",
    "api": "mips_verify.api",
    "from_torch": "mips_verify.api",
    "learn": "mips_verify.api",
    "load_model": "mips_verify.network.load",
    "load_task": "mips_verify.spec.task",
    "read_network": "mips_verify.pipeline.read_network",
    "save_network": "mips_verify.network.torch_modules",
    "synthesize": "mips_verify.api",
    "write_bundle": "mips_verify.api",
}
__all__ = ["__version__", *_LAZY]  # noqa: PLE0604 - the keys are texts


def __dir__() -> list[str]:
    """All names, those too that are not imported yet."""
    return sorted({*globals(), *_LAZY})


def __getattr__(name: str) -> Any:
    if name not in _LAZY:
        raise AttributeError(f"module 'mips_verify' has no attribute '{name}'")
    from importlib import import_module

    module = import_module(_LAZY[name])
    return module if module.__name__ == f"mips_verify.{name}" else getattr(module, name)
