"""How a person likes pages to look and behave: plain values that travel from their record to every page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from types import MappingProxyType

CHOICES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "text_size": ("normal", "large", "larger", "largest"),
        "spacing": ("normal", "wide", "wider"),
        "colors": ("device", "light", "dark", "black_on_white", "white_on_black"),
        "motion": ("device", "none"),
        "shortcuts": ("on", "off"),
    }
)
"""What can be chosen of each setting; the first is what nobody needs to choose."""


@dataclass(frozen=True, kw_only=True)
class Reading:
    """One value of each setting in CHOICES."""

    text_size: str = "normal"
    spacing: str = "normal"
    colors: str = "device"
    motion: str = "device"
    shortcuts: str = "on"

    def chosen(self) -> dict[str, str]:
        """The settings that are not as nobody chose them.

        >>> Reading(spacing="wide").chosen()
        {'spacing': 'wide'}
        """
        return {name: value for name, value in asdict(self).items() if value != CHOICES[name][0]}


def read_choices(told: Mapping[str, str], before: Reading) -> Reading | None:
    """Settings from a form; what it leaves out stays as before. None when a value is not offered.

    >>> read_choices({"text_size": "large"}, Reading(spacing="wide"))
    Reading(text_size='large', spacing='wide', colors='device', motion='device', shortcuts='on')
    >>> read_choices({"text_size": "huge"}, Reading()) is None
    True
    """
    values = {name: told.get(name, getattr(before, name)) for name in CHOICES}
    if any(value not in CHOICES[name] for name, value in values.items()):
        return None
    return Reading(**values)
