"""The one kind of error a person is meant to read."""


class KdError(Exception):
    """A sentence for a person: what is wrong, with which file, and what to do about it.

    The command line prints it without a traceback and exits with code 1; the dashboard shows it in place of the
    content that is missing.
    """
