"""What a program must do: tasks and their files, the data that they label, and examples."""
