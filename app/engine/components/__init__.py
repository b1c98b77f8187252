"""Kernels of each component of a model: what a step executes, one module a component."""
