"""What can be wrong with a database, each with one clear line for the operator."""


class DatabaseError(Exception):
    """The database cannot be used as it is."""


class BadUrl(DatabaseError):
    """The URL names no database that the product can keep."""


class Held(DatabaseError):
    """Another process holds the SQLite database."""


class Unwritable(DatabaseError):
    """The folder or the file cannot be written."""


class Unusable(DatabaseError):
    """The database answers with an error, or not at all."""


class NewerSchema(DatabaseError):
    """A newer version of the product has written this database."""


class Busy(DatabaseError):
    """A write waited too long for the one before it."""
