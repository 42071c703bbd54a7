"""Our own errors: a small family, each with a code that config/texts/errors.toml maps to a sentence."""

from typing import Self, TypeVar

T = TypeVar("T")


class AppError(Exception):
    """An error reportable to a person: `code` selects the sentence, `details` fill its blanks.

    `at_field`: name of the form field concerned; "" if unknown.
    """

    exit_code = 1

    def __init__(self, code: str, **details: object) -> None:
        super().__init__(code)
        self.code = code
        self.details = details
        self.at_field = ""

    def at(self, name: str) -> Self:
        """Set the form field concerned and return the error."""
        self.at_field = name
        return self


class InputError(AppError):
    """Invalid input; the sentence says what would be valid."""


class UsageError(AppError):
    """The command was called incorrectly."""

    exit_code = 2


class UnavailableError(AppError):
    """A required part (database, port, folder, setting) is missing or does not answer."""

    exit_code = 3


class NotAllowedError(AppError):
    """This person may not do this, or not know that it exists."""


class ConflictError(AppError):
    """Already done, or something else came first."""


def required(found: T | None, error: AppError) -> T:
    """Return what was found. Raises this error for None."""
    if found is None:
        raise error
    return found
