"""Ticks for licence pictures: downloaded after the message, and finally deleted."""

import logging

from bot.sandbox.processes import Sandbox
from bot.services.firms import licence_reviews, pictures
from bot.wechat.api import Api
from bot.wechat.errors import ApiError, ApiRefusedError
from bot.wechat.reactions import ReactionKind
from config.errors import InputError
from config.limits import VerificationLimits
from config.texts import Texts
from storage.engine.database import Database
from storage.firms import licence_reviews as stored_licence_reviews
from storage.firms.licence_reviews import LicenceFetch

log = logging.getLogger(__name__)

AT_ONCE = 5
# Permanent failures: the picture is gone, or it is none.
_FINAL = (ReactionKind.REUPLOAD, ReactionKind.DROP, ReactionKind.BUG)


async def fetch_licences(
    database: Database, api: Api, texts: Texts, proving: VerificationLimits, sandbox: Sandbox
) -> None:
    """Download what is due. After so many failed tries the sender is asked again."""
    for errand in await database.write(stored_licence_reviews.claim, AT_ONCE):
        try:
            media = await api.download(errand.media_id)
            content = await sandbox.picture(media.content, pictures.LONGEST_SIDE)
        except InputError as error:
            await database.write(licence_reviews.not_fetched, texts, errand.id, texts.error(error))
        except ApiError as error:
            log.warning("licence %d: %s", errand.id, error, extra={"action": "licence_not_fetched"})
            if _is_final(error, errand, proving):
                await database.write(licence_reviews.not_fetched, texts, errand.id, texts("errors.picture_gone"))
        else:
            await database.write(licence_reviews.fetched, errand.id, content)


async def drop_licences(database: Database, proving: VerificationLimits) -> None:
    """Delete pictures past their retention after the decision."""
    while await database.write(stored_licence_reviews.drop_old_pictures, proving.picture_days):
        pass


def _is_final(error: ApiError, errand: LicenceFetch, proving: VerificationLimits) -> bool:
    gone = isinstance(error, ApiRefusedError) and error.reaction.kind in _FINAL
    return gone or errand.tries >= proving.fetch_tries
