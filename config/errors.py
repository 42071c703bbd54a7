"""Our own errors: a small family, each with a code that config/texts/errors.toml turns into a sentence."""

from typing import Self


class AppError(Exception):
    """Something a person can be told about: `code` names the sentence, `details` fill its blanks.

    `at_field`: the name of the form's field that it is about; "" where that is not known.
    """

    exit_code = 1

    def __init__(self, code: str, **details: object) -> None:
        super().__init__(code)
        self.code = code
        self.details = details
        self.at_field = ""

    def at(self, name: str) -> Self:
        """Return the error as one about the form's field with this name."""
        self.at_field = name
        return self


class InputError(AppError):
    """What was given cannot be taken as it is; the sentence says what would be right."""


class UsageError(AppError):
    """The command was called in a way it does not know."""

    exit_code = 2


class UnavailableError(AppError):
    """A part we need (database, port, folder, setting) is missing or does not answer."""

    exit_code = 3


class NotAllowedError(AppError):
    """This person may not do this, or may not know that it exists."""


class ConflictError(AppError):
    """It was done already, or something else came first."""
