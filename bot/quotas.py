"""The tick that asks the platform for its own counters: its limits grow, and others may call with the same account."""

import logging

from bot.wechat.api import Api
from bot.wechat.errors import ApiError
from config.quotas import Quotas
from storage import api_use
from storage.database import Database

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
            await database.write(api_use.learn, channel, told.daily, told.used)
