"""The platform's own counters: a tick asks for them, as limits grow and others may call with the same account; an
operator has them started anew, a few times a month.
"""

import logging
from functools import partial

from bot.services.notices import quota_clearing as service
from bot.wechat.api import CLEAR_QUOTA, Api
from bot.wechat.errors import ApiError, RefusedError, UncertainError
from config.errors import InputError, UnavailableError
from config.quotas import Quotas
from storage.engine.database import Database
from storage.notices import api_quota

# No clearing is left this month, says the platform.
NONE_LEFT = 48006

log = logging.getLogger(__name__)


async def learn_quotas(database: Database, api: Api, quotas: Quotas) -> None:
    """Take over what the platform counts; where it does not tell, our own count goes on."""
    for channel, limit in quotas.by_channel.items():
        try:
            told = await api.quota(limit.path)
        except ApiError as error:
            log.warning("no quota of %s: %s", channel, error.why, extra={"action": "no_quota"})
            return
        if told.daily > 0:
            await database.write(api_quota.learn, channel, told.daily, told.used)


async def clear_quotas(database: Database, api: Api, quotas: Quotas, person_id: int) -> None:
    """Have every API's count of today started anew: what waited for midnight goes out, on all nodes.

    It is counted before it is asked, so that two nodes never ask more often than a month allows. Raises InputError
    where none is left or the platform refuses; UnavailableError where it was not reached, or may have done it.
    """
    clear_id = await database.write(service.ask, person_id, quotas)
    try:
        await api.clear_quota()
    except RefusedError as error:
        none_left = error.number == NONE_LEFT
        await database.write(partial(service.refused, counted=none_left), clear_id)
        if none_left:
            raise InputError("quota_none_left", most=quotas.clears_a_month) from error
        raise InputError("quota_refused", number=error.number) from error
    except UncertainError as error:
        if error.call != CLEAR_QUOTA:
            # Without a token nothing was asked.
            await database.write(partial(service.refused, counted=False), clear_id)
            raise UnavailableError("quota_unreached") from error
        raise UnavailableError("quota_in_doubt") from error
    except ApiError as error:
        await database.write(partial(service.refused, counted=False), clear_id)
        raise UnavailableError("quota_unreached") from error
    await database.write(service.done, clear_id)
    while await database.write(service.wake):
        pass
