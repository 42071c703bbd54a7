"""Forms that several pages of the desk have."""

from bot.web.form_models import FormModel


class ReasonForm(FormModel):
    """Why something is done that others are affected by; services insist on it."""

    reason: str = ""


class SeenForm(FormModel):
    """The digest of what whoever decides has seen."""

    seen: str = ""
