"""From the executed steps of a program to registers and a machine."""
