"""The extraction methods, one file for each form of program."""
