"""The commands of the command line, one file per command; large imports stay inside them."""
