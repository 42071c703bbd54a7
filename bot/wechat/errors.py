"""What can be wrong with something that claims to come from the platform."""


class WireError(Exception):
    """A push that cannot be taken. `reason` is a word for the counters and logs; it never quotes the push.

    `forged` tells a wrong signature, an old timestamp or a foreign app id (403) from bad form (400).
    """

    def __init__(self, reason: str, *, forged: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.forged = forged
