"""How well the grader grades: labelled answers, agreement, baselines, what a change moves. It serves no candidate."""
