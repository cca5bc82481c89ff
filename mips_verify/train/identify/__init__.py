"""Linear systems and weighted automata identified from data, without gradient descent."""
