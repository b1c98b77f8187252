"""One module for each prefix of URLs: parse, one change or one read, render. Pages do not import each other."""
