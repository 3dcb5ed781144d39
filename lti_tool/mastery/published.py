"""Which engine a district works with: the newest published calibration, or what ships. Needs no numpy, so that a request can ask."""

from __future__ import annotations

import math
import uuid
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_tool.mastery.curve import sigmoid
from lti_tool.mastery.judgement import AS_BELIEVED, Judgement
from lti_tool.mastery.parameters import DEFAULTS, Parameters
from lti_tool.mastery.tables import Calibration

SHIPPED_VERSION = 1
Verdict = Literal["published", "kept", "too_few"]


@dataclass(frozen=True, kw_only=True)
class Engine:
    """The numbers in force."""

    version: int = SHIPPED_VERSION
    parameters: Parameters = DEFAULTS
    slope: float = 1.0
    constant: float = 0.0
    """Platt scaling of the predicted chance: logit' = slope · logit + constant."""
    judgement: Judgement = AS_BELIEVED
    """From beliefs to chances of mastery."""

    def calibrated(self, chance: float) -> float:
        """The predicted chance as experience corrects it.

        >>> Engine().calibrated(0.25), round(Engine(slope=0.5).calibrated(0.9), 2)
        (0.25, 0.75)
        """
        if self.slope == 1.0 and self.constant == 0.0:
            return chance
        kept = min(max(chance, 1e-6), 1.0 - 1e-6)
        return sigmoid(self.slope * math.log(kept / (1.0 - kept)) + self.constant)


@dataclass(frozen=True, kw_only=True)
class Quality:
    """On the students held back."""

    log_loss: float
    calibration_error: float


@dataclass(frozen=True, kw_only=True)
class CalibrationReport:
    """What a calibration found and did."""

    verdict: Verdict
    students: int
    answers: int
    before: Quality | None = None
    after: Quality | None = None
    items: int = 0
    """Items whose difficulty was renewed (in a dry run: would be)."""
    engine_version: int | None = None
    """The version published, if one was."""


def find_published(session: Session, tenant_id: uuid.UUID) -> Engine:
    """The district's engine in force; what ships if none was ever published."""
    row = session.scalars(
        select(Calibration)
        .where(Calibration.tenant_id == tenant_id)
        .order_by(Calibration.engine_version.desc())
        .limit(1)
    ).first()
    if row is None:
        return Engine()
    return Engine(
        version=row.engine_version,
        parameters=Parameters(**row.parameters),
        slope=row.platt["slope"],
        constant=row.platt["constant"],
        judgement=Judgement(**row.judgement) if row.judgement else AS_BELIEVED,
    )
