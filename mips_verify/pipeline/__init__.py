"""From a task, a network or examples to a proved program and its bundle."""
