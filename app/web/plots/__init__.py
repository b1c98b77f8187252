"""Geometry of the charts that the server draws, and the figures of those that Plotly does."""
