"""The one failure of reading a profile."""


class UnreadableProfile(ValueError):
    """The file cannot be read as a profile; the message is one line that says why and what would help."""
