"""Chokepoint: interview practice whose answer keys are computed."""

__version__ = "0.1.0"
