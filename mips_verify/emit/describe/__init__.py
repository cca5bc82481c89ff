"""What a program does, in words."""
