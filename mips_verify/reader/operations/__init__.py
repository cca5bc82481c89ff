"""What the operators of Python do with such values."""
