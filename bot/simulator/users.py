"""Follower information for the account: singly, or the list in pages (protocol §2.9)."""

from bot.simulator.calls import Answer, ApiError, Call
from bot.simulator.followers import Followers
from bot.simulator.switches import Switches


class Users:
    """`user/info` and `user/get`; since 2021 neither returns a name or picture."""

    def __init__(self, followers: Followers, switches: Switches) -> None:
        self._followers = followers
        self._switches = switches

    def info(self, call: Call) -> Answer:
        """Handle `user/info`: only the openid for a person who left; raises ApiError 40003, 41009."""
        openid = call.query.get("openid", "")
        if not openid:
            raise ApiError(41009)
        follower = self._followers.find(openid)
        if follower is None:
            raise ApiError(40003)
        if follower.followed_at is None:
            return {"subscribe": 0, "openid": openid}
        return {
            "subscribe": 1,
            "openid": openid,
            "language": "zh_CN",
            "subscribe_time": int(follower.followed_at.timestamp()),
            "remark": "",
            "groupid": 0,
            "tagid_list": [],
            "subscribe_scene": "ADD_SCENE_QR_CODE" if follower.came_by else "ADD_SCENE_SEARCH",
            "qr_scene": int(follower.came_by) if follower.came_by.isdecimal() else 0,
            "qr_scene_str": "" if follower.came_by.isdecimal() else follower.came_by,
        }

    def page(self, call: Call) -> Answer:
        """Handle `user/get`: a page of openids after `next_openid`; an empty page has no `data`."""
        everybody = sorted(follower.openid for follower in self._followers if follower.follows)
        after = call.query.get("next_openid", "")
        if after and self._followers.find(after) is None:
            raise ApiError(40003)
        page = [openid for openid in everybody if openid > after][: self._switches.page_size]
        answer: Answer = {"total": len(everybody), "count": len(page), "next_openid": page[-1] if page else ""}
        if page:
            answer["data"] = {"openid": page}
        return answer
