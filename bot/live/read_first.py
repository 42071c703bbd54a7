"""Reading before writing: what takes over a millisecond is read first, on a read thread; the write only uses it."""


class ReadNeededError(Exception):
    """What this write goes by was not read before it, or has changed since: it is undone, to be read and written anew.

    `name`: a firm's name that the roster must be searched for.
    """

    def __init__(self, name: str = "") -> None:
        super().__init__()
        self.name = name
