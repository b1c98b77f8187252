"""What a candidate does with a question, as values: nothing here reads a clock, a disk or a die."""
