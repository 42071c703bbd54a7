"""The city's districts and development zones, with every name that tables use for them: config/areas.toml."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Self

from config.toml_files import load, wrong

FOLDER = Path(__file__).parent
_CITY = ("南京市", "南京")
# Endings of agencies responsible for an area: 江宁区工信局, 江北新区经济发展局.
_AGENCY = re.compile(r".{0,20}(?:局|委|委员会|管委会|办公室|人民政府|区政府|中心|街道|园区)")


@dataclass(frozen=True, slots=True)
class Area:
    """One area as config/areas.toml says it. `former`: districts merged into it; `within`: where a zone lies."""

    name: str
    names: tuple[str, ...] = ()
    former: tuple[str, ...] = ()
    zone: bool = False
    within: str | None = None


class Areas:
    """Finds the area for a written name, including old names of merged districts."""

    def __init__(self, areas: Sequence[Area]) -> None:
        self._names = [area.name for area in areas]
        self._zones = frozenset(area.name for area in areas if area.zone)
        self._within = {area.name: area.within for area in areas if area.within is not None}
        self._written = {name: area.name for area in areas for name in (*area.names, *area.former, area.name)}

    @classmethod
    def load(cls, path: Path = FOLDER / "areas.toml") -> Self:
        """Read the reviewed list. Raises ConfigError where two areas share a name, or a zone lies nowhere."""
        areas = load(path, dict[Literal["area"], tuple[Area, ...]])["area"]
        seen: dict[str, str] = {}
        for number, area in enumerate(areas):
            if area.within is not None and area.within not in [one.name for one in areas]:
                raise wrong(path, ("area", number, "within"), f"within 写了“{area.within}”，应为另一个区的 name")
            for key, names in (("name", (area.name,)), ("names", area.names), ("former", area.former)):
                for name in names:
                    if seen.setdefault(name, area.name) != area.name:
                        raise wrong(path, ("area", number, key), f"“{name}”已经是{seen[name]}的名字，只能留一处")
        return cls(areas)

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def is_zone(self, name: str) -> bool:
        """Tell whether this is a development zone, which lies inside a district."""
        return name in self._zones

    def district_of(self, name: str) -> str:
        """Return this area's district: for a zone the one containing it."""
        return self._within.get(name, name)

    def zones_in(self, district: str) -> list[str]:
        """Return the development zones in this district."""
        return [zone for zone, within in self._within.items() if within == district]

    def names_of(self, name: str) -> list[str]:
        """Return every spelling of this area."""
        return [written for written, meant in self._written.items() if meant == name]

    def places(self, name: str) -> tuple[str, ...]:
        """Return where to look for somebody in this area, nearest first: a zone, then its district."""
        return (name,) if self.district_of(name) == name else (name, self.district_of(name))

    def find(self, written: str) -> str | None:
        """Return the area named, with or without the city prefix; None for any other text."""
        words = "".join(written.split())
        for prefix in ("", *_CITY):
            found = self._written.get(words.removeprefix(prefix))
            if found is not None:
                return found
        return None

    def of_agency(self, written: str) -> str | None:
        """Return the area this agency is responsible for; None for a city agency, or any other text."""
        words = "".join(written.split())
        for prefix in ("", *_CITY):
            bare = words.removeprefix(prefix)
            areas = [name for name in self._written if bare.startswith(name) and _AGENCY.fullmatch(bare[len(name) :])]
            if areas:
                return self._written[max(areas, key=len)]
        return None
