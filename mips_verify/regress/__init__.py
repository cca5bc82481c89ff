"""From tables of integers to short exact expressions; no network and no spec in sight."""
