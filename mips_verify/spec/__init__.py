"""What is asked for: tasks and their files, labelled data, examples."""
