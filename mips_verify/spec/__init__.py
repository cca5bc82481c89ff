"""What a program must do: tasks and their files, the data labelled by them, and examples."""
