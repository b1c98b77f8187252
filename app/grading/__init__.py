"""Text in, Score out: claims found by rule, checked by the engine, turned into five axes."""
