"""Studies of one or several analyses: side by side, sizing, maps, sensitivity, quoted claims."""
