"""The five axes in words, for those who show them: labels, and what each level means."""

from app.grading.score import AXIS_LABELS as _LABELS
from app.grading.score import LEVELS as _LEVELS

AXIS_LABELS: dict[str, str] = {str(axis): label for axis, label in _LABELS.items()}
LEVELS: dict[str, tuple[str, ...]] = {str(axis): levels for axis, levels in _LEVELS.items()}
AXES = tuple(AXIS_LABELS)
