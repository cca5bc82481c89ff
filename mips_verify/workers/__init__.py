"""Where many tasks run: worker processes of this machine, or a cluster that others run."""
