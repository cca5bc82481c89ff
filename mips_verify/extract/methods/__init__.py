"""The extraction methods, one file for each form of program; the registry lists them."""
