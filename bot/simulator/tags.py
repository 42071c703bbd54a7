"""Tags on followers and the account's blacklist (protocol §2.8)."""

from collections.abc import Callable
from itertools import count
from typing import Any

from bot.simulator.calls import Answer, ApiError, Call
from bot.simulator.endpoints import Endpoint
from bot.simulator.followers import Follower, Followers
from bot.simulator.switches import Switches

MOST_TAGS, MOST_OF_ONE, MOST_NAME, MOST_PEOPLE, MOST_BLOCKED = 100, 20, 30, 50, 20
FANS_THAT_KEEP_A_TAG = 100_000
STARRED = 2
SYSTEM_TAGS = frozenset({0, 1, STARRED})


class Tags:
    """The tags by id. The platform's own (0, 1, 2) cannot be changed; a person's newest tag stands last."""

    def __init__(self, followers: Followers, switches: Switches) -> None:
        self.most_fans = FANS_THAT_KEEP_A_TAG
        self._followers = followers
        self._switches = switches
        self._names = {STARRED: "星标组"}
        self._ids = count(100)

    def endpoints(self) -> dict[str, Endpoint]:
        """The addresses under `tags` and `user/tag`."""
        posts: dict[str, Callable[[Call], Answer]] = {
            "tags/create": self.create,
            "tags/update": self.update,
            "tags/delete": self.delete,
            "tags/getidlist": self.of_person,
            "tags/members/batchtagging": self.put_on,
            "tags/members/batchuntagging": self.take_off,
            "tags/members/getblacklist": self.blacklist,
            "tags/members/batchblacklist": lambda call: self._block(call, on=True),
            "tags/members/batchunblacklist": lambda call: self._block(call, on=False),
            "user/tag/get": self.people,
        }
        endpoints = {f"/cgi-bin/{name}": Endpoint("POST", handle) for name, handle in posts.items()}
        return {**endpoints, "/cgi-bin/tags/get": Endpoint("GET", self.listed)}

    def exists(self, tag_id: object) -> bool:
        """Whether there is a tag of this id."""
        return isinstance(tag_id, int) and tag_id in self._names

    def create(self, call: Call) -> Answer:
        """A new tag; raises ApiError 45056 for the 101st, 45157, 45158."""
        name = self._name(_tag(call), 0)
        if len(self._names.keys() - SYSTEM_TAGS) >= MOST_TAGS:
            raise ApiError(45056)
        tag_id = next(self._ids)
        self._names[tag_id] = name
        return {"tag": {"id": tag_id, "name": name}}

    def listed(self, _call: Call) -> Answer:
        """Every tag with its number of followers."""
        tags = [{"id": tag_id, "name": name, "count": len(self._fans(tag_id))} for tag_id, name in self._names.items()]
        return {"tags": tags}

    def update(self, call: Call) -> Answer:
        """Another name; raises ApiError 45058, 45159, 45157, 45158."""
        tag = _tag(call)
        tag_id = self._own(tag.get("id"))
        self._names[tag_id] = self._name(tag, tag_id)
        return {}

    def delete(self, call: Call) -> Answer:
        """Gone, also from everybody; raises ApiError 45058, 45159, and 45057 where too many carry it."""
        tag_id = self._own(_tag(call).get("id"))
        fans = self._fans(tag_id)
        if len(fans) > self.most_fans:
            raise ApiError(45057)
        del self._names[tag_id]
        for follower in fans:
            follower.tags.remove(tag_id)
        return {}

    def put_on(self, call: Call) -> Answer:
        """On up to fifty people; raises ApiError 40032, 40003, 45159, 45059, and 45171 naming those it failed for."""
        people, tag_id = self._people(call)
        full = [one for one in people if tag_id not in one.tags and len(one.tags) >= MOST_OF_ONE]
        for follower in people:
            if follower not in full and tag_id not in follower.tags:
                follower.tags.append(tag_id)
        if full:
            failed = [follower.openid for follower in full]
            raise ApiError(45059) if len(full) == len(people) else ApiError(45171, fail_openid_list=failed)
        return {}

    def take_off(self, call: Call) -> Answer:
        """Off up to fifty people; who does not carry it is none the worse."""
        people, tag_id = self._people(call)
        for follower in people:
            if tag_id in follower.tags:
                follower.tags.remove(tag_id)
        return {}

    def of_person(self, call: Call) -> Answer:
        """A person's tags; raises ApiError 40003."""
        return {"tagid_list": list(self._person(call.json().get("openid")).tags)}

    def people(self, call: Call) -> Answer:
        """Who carries a tag, a page after `next_openid`; an empty page has no `data`."""
        asked = call.json()
        if not self.exists(asked.get("tagid")):
            raise ApiError(45159)
        after = str(asked.get("next_openid") or "")
        openids = sorted(follower.openid for follower in self._fans(int(asked["tagid"])))
        return self._page(openids, after)

    def blacklist(self, call: Call) -> Answer:
        """Whom the account has blocked, a page after `begin_openid`."""
        after = str(call.json().get("begin_openid") or "")
        openids = sorted(follower.openid for follower in self._followers if follower.blocked)
        return {"total": len(openids), **self._page(openids, after)}

    def _block(self, call: Call, *, on: bool) -> Answer:
        openids = call.json().get("openid_list")
        if not isinstance(openids, list) or not 1 <= len(openids) <= MOST_BLOCKED:
            raise ApiError(40032)
        for follower in [self._person(openid) for openid in openids]:
            follower.blocked = on
        return {}

    def _page(self, openids: list[str], after: str) -> Answer:
        page = [openid for openid in openids if openid > after][: self._switches.page_size]
        answer: Answer = {"count": len(page), "next_openid": page[-1] if page else ""}
        return {**answer, "data": {"openid": page}} if page else answer

    def _people(self, call: Call) -> tuple[list[Follower], int]:
        asked = call.json()
        openids, tag_id = asked.get("openid_list"), asked.get("tagid")
        if not isinstance(openids, list) or not 1 <= len(openids) <= MOST_PEOPLE:
            raise ApiError(40032)
        if not isinstance(tag_id, int) or not self.exists(tag_id):
            raise ApiError(45159)
        return [self._person(openid) for openid in dict.fromkeys(openids)], tag_id

    def _person(self, openid: object) -> Follower:
        follower = self._followers.find(str(openid or ""))
        if follower is None or not follower.follows:
            raise ApiError(40003)
        return follower

    def _own(self, tag_id: object) -> int:
        if tag_id in SYSTEM_TAGS:
            raise ApiError(45058)
        if not isinstance(tag_id, int) or not self.exists(tag_id):
            raise ApiError(45159)
        return tag_id

    def _name(self, tag: dict[str, Any], own_id: int) -> str:
        name = tag.get("name")
        taken = {known for tag_id, known in self._names.items() if tag_id != own_id}
        if not isinstance(name, str) or not name.strip() or name in taken:
            raise ApiError(45157)
        if len(name) > MOST_NAME:
            raise ApiError(45158)
        return name

    def _fans(self, tag_id: int) -> list[Follower]:
        return [follower for follower in self._followers if follower.follows and tag_id in follower.tags]


def _tag(call: Call) -> dict[str, Any]:
    tag = call.json().get("tag")
    if not isinstance(tag, dict):
        raise ApiError(47001)
    return tag
