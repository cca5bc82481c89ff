"""Numbers for the states of a finite machine that make its step a formula."""
