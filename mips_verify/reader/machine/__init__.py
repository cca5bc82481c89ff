"""From executed steps to registers and a machine."""
