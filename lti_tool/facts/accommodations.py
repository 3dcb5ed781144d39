"""What a person is given in every quiz, whatever the assignment: plain values that travel from their record to the rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

TIME_PERCENTS = (100, 125, 150, 200, 300, 400)
"""Of the time that others have."""
MOST_ATTEMPTS, MOST_DAYS, MOST_FEWER = 10, 60, 2


@dataclass(frozen=True, kw_only=True)
class Accommodation:
    """One person's. The defaults give nothing."""

    time_percent: int = 100
    """Of an assignment's time limit: 150 is time and a half."""
    no_timer: bool = False
    extra_attempts: int = 0
    extra_days: int = 0
    """Later due and closing dates."""
    fewer_choices: int = 0
    """Wrong options that are left out of each question with options."""
    reads_aloud: bool = False
    """Reading aloud is offered wherever the device has a voice, first in each question."""
    large_text: bool = False

    def given(self) -> dict[str, Any]:
        """What is not as nobody was given anything.

        >>> Accommodation(extra_days=2).given()
        {'extra_days': 2}
        """
        usual = asdict(Accommodation())
        return {name: value for name, value in asdict(self).items() if value != usual[name]}


NOTHING_GIVEN = Accommodation()


def read_accommodation(values: Mapping[str, Any] | None) -> Accommodation:
    """From what `given` wrote."""
    return Accommodation(**(values or {}))
