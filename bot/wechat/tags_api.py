"""Tags on followers: at most 100, at most 20 a person, names of at most 30 characters (protocol §2.8)."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from bot.wechat.api_part import ApiPart, number_in
from bot.wechat.transport import JsonObject, Request

MOST_AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class Tag:
    """One tag with how many followers carry it."""

    id: int
    name: str
    count: int = 0


class TagsApi(ApiPart):
    """The account's tags and who carries them."""

    async def tags(self) -> list[Tag]:
        """Every tag there is."""
        found = await self._calls.json(Request("GET", "/cgi-bin/tags/get"), "tags")
        return [Tag(int(one["id"]), str(one["name"]), number_in(one.get("count"))) for one in found["tags"]]

    async def create_tag(self, name: str) -> Tag:
        """A new tag; refused (45157) where one has this name."""
        found = (await self._change("/cgi-bin/tags/create", {"tag": {"name": name}}, "tag"))["tag"]
        return Tag(int(found["id"]), str(found["name"]))

    async def rename_tag(self, tag_id: int, name: str) -> None:
        """Give a tag another name."""
        await self._change("/cgi-bin/tags/update", {"tag": {"id": tag_id, "name": name}})

    async def delete_tag(self, tag_id: int) -> None:
        """Remove a tag from the account and from everybody."""
        await self._change("/cgi-bin/tags/delete", {"tag": {"id": tag_id}})

    async def tag_people(self, tag_id: int, openids: Sequence[str]) -> None:
        """Put a tag on people, fifty at a time. Doing so again changes nothing."""
        await self._members("batchtagging", tag_id, openids)

    async def untag_people(self, tag_id: int, openids: Sequence[str]) -> None:
        """Take a tag off people, fifty at a time."""
        await self._members("batchuntagging", tag_id, openids)

    async def tags_of(self, openid: str) -> list[int]:
        """The ids of a person's tags."""
        found = await self._change("/cgi-bin/tags/getidlist", {"openid": openid}, "tagid_list")
        return [int(one) for one in found["tagid_list"]]

    async def tagged(self, tag_id: int) -> AsyncIterator[str]:
        """The openid of everybody with this tag."""
        last = ""
        while True:
            page = await self._change("/cgi-bin/user/tag/get", {"tagid": tag_id, "next_openid": last}, "count")
            data = page.get("data")
            openids = data.get("openid", []) if isinstance(data, dict) else []
            for openid in openids:
                yield str(openid)
            following = str(page.get("next_openid", ""))
            if not following or not openids or following == last:
                return
            last = following

    async def _members(self, act: str, tag_id: int, openids: Sequence[str]) -> None:
        for start in range(0, len(openids), MOST_AT_ONCE):
            asked: JsonObject = {"openid_list": list(openids[start : start + MOST_AT_ONCE]), "tagid": tag_id}
            await self._change(f"/cgi-bin/tags/members/{act}", asked)
