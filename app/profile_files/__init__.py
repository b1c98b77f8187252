"""Files of profilers, read as streams within limits: traces, kernel summaries, plain tables, stored summaries."""
