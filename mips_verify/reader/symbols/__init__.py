"""What variables hold while the tree is executed: terms, values of every kind, and paths."""
