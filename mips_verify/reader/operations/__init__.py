"""What Python's operators do with values of a step."""
