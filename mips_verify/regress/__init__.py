"""From tables of integers to short exact expressions; sees no network and no specification."""
