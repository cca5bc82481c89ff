"""Python's operators applied to the values of a step."""
