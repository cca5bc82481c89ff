"""The training methods of the ladder, one file a method."""
