"""Platform quota counters: a tick reads them, as limits grow and others may use the account; an operator may reset them
a few times a month.
"""

import logging

from bot.services.notices import outbox_review
from bot.wechat.api import CLEAR_QUOTA, Api
from bot.wechat.errors import ApiError, ApiRefusedError, ApiUncertainError
from config.errors import InputError, UnavailableError
from config.limits import QuotaLimits
from storage.engine.database import Database
from storage.notices import api_quota

# The platform's code: no reset left this month.
NONE_LEFT = 48006

log = logging.getLogger(__name__)


async def update_quotas(database: Database, api: Api, quotas: QuotaLimits) -> None:
    """Update our counts from the platform's; without an answer our own continue."""
    for channel, limit in quotas.by_channel.items():
        try:
            told = await api.quota(limit.path)
        except ApiError as error:
            log.warning("no quota of %s: %s", channel, error.why, extra={"action": "no_quota"})
            return
        if told.daily > 0:
            await database.write(api_quota.save_platform_count, channel, told.daily, told.used)


async def clear_quotas(database: Database, api: Api, quotas: QuotaLimits, person_id: int) -> None:
    """Reset every API's daily count: what waited for midnight is sent, on all nodes.

    Counted before the call, so that two nodes never exceed the month's limit. Raises InputError if none is left or the
    platform refuses; UnavailableError if it was not reached, or may have done it.
    """
    clear_id = await database.write(outbox_review.request_clear, quotas)
    try:
        await api.clear_quota()
    except ApiRefusedError as error:
        none_left = error.number == NONE_LEFT
        await database.write(outbox_review.fail_clear, clear_id, counted=none_left)
        if none_left:
            raise InputError("quota_none_left", most=quotas.clears_a_month) from error
        raise InputError("quota_refused", number=error.number) from error
    except ApiUncertainError as error:
        if error.call != CLEAR_QUOTA:
            # Without a token no call was made.
            await database.write(outbox_review.fail_clear, clear_id, counted=False)
            raise UnavailableError("quota_unreached") from error
        raise UnavailableError("quota_in_doubt") from error
    except ApiError as error:
        await database.write(outbox_review.fail_clear, clear_id, counted=False)
        raise UnavailableError("quota_unreached") from error
    await database.write(outbox_review.finish_clear, clear_id)
    while await database.write(outbox_review.release_waiting):
        pass
