"""The training methods of the ladder, one file per method."""
