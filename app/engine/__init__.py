"""Arithmetic on LLM systems: a Scenario goes in, an Analysis comes out. Pure: no I/O, clock or chance.

All quantities are in base units: FLOP, bytes, seconds, FLOP/s, bytes/s. Peaks are dense, links are per direction.
"""

ENGINE_VERSION = "2"  # raised whenever a formula or a constant changes a figure; stored with every grade and permalink
