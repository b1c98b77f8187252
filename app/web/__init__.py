"""The web: requests in, pages out. Translates, never decides."""
