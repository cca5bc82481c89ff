"""From a network to a short exact program, knowing its input domain and nothing of its task."""
