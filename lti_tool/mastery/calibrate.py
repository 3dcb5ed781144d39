"""The weekly calibration of a district's engine: fit, judge in the shadow, publish only what is better.

A part of the students is held back. The engine as it is and the newly fitted one both learn the items from the other students and predict those
held back. The new one is published, under the next engine version, only when its log loss and its calibration error are both smaller; then the
difficulties of well-answered items are renewed from all students. Students' beliefs, levels and their dates, and what rollups hold of
past years, are not rewritten: they change with the next answer.
"""

from __future__ import annotations

import uuid
from dataclasses import asdict, replace
from datetime import datetime

import numpy as np
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from lti_tool.mastery.answer_log import AnswerLog, Floats, Ints
from lti_tool.mastery.archive import Archive, read_archive
from lti_tool.mastery.compiled import run_log
from lti_tool.mastery.fit import Fitted, fit, hold_out, learn_bank, predict_log
from lti_tool.mastery.judgement import AS_BELIEVED
from lti_tool.mastery.parameters import DEFAULTS, Parameters
from lti_tool.mastery.published import (
    SHIPPED_VERSION,
    CalibrationReport,
    Engine,
    Quality,
    find_published,
)
from lti_tool.mastery.quality import calibration_error, log_loss
from lti_tool.mastery.tables import Calibration, ItemState

MIN_STUDENTS = 50
MIN_ANSWERS = 1000
MIN_ITEM_ANSWERS = 30
"""Answers to an item before its difficulty is renewed. Below, the author's word weighs more than a fit."""
SEED = 20261126


def calibrate(
    session: Session, tenant_id: uuid.UUID, *, now: datetime, is_dry: bool = False
) -> CalibrationReport:
    """Calibrate one district in the caller's transaction. A dry run writes nothing."""
    archive = read_archive(session, tenant_id)
    log = archive.log
    if log.students < MIN_STUDENTS or len(log) < MIN_ANSWERS:
        return CalibrationReport(verdict="too_few", students=log.students, answers=len(log))
    current = find_published(session, tenant_id)
    held = hold_out(log, seed=SEED)
    learning, judged = log.only(~held), log.only(held)
    before = _judge(archive, learning, judged, current)
    fitted = fit(learning, seed=SEED, prior=archive.prior(DEFAULTS))
    after = _quality(predict_log(judged, fitted).platt, judged)
    is_better = after.log_loss < before.log_loss and after.calibration_error < before.calibration_error
    answers = np.bincount(log.item, minlength=log.items)
    report = CalibrationReport(
        verdict="published" if is_better else "kept",
        students=log.students,
        answers=len(log),
        before=before,
        after=after,
        items=int((answers >= MIN_ITEM_ANSWERS).sum()) if is_better else 0,
    )
    if is_dry:
        return report
    version = _keep(session, tenant_id, fitted, report, now) if is_better else None
    if is_better:
        _renew_items(session, tenant_id, archive, fitted.parameters, answers)
    return replace(report, engine_version=version)


def _judge(archive: Archive, learning: AnswerLog, judged: AnswerLog, current: Engine) -> Quality:
    bank = archive.prior(current.parameters)
    run_log(learning, bank, current.parameters, items_learn=True)
    expected = run_log(judged, bank, current.parameters, items_learn=False).expected
    return _quality(np.array([current.calibrated(float(chance)) for chance in expected]), judged)


def _quality(said: Floats, judged: AnswerLog) -> Quality:
    return Quality(
        log_loss=log_loss(said, judged.score), calibration_error=calibration_error(said, judged.score)
    )


def _keep(
    session: Session, tenant_id: uuid.UUID, fitted: Fitted, report: CalibrationReport, now: datetime
) -> int:
    newest = session.scalar(
        select(func.max(Calibration.engine_version)).where(Calibration.tenant_id == tenant_id)
    )
    version = (newest or SHIPPED_VERSION) + 1
    session.add(
        Calibration(
            tenant_id=tenant_id,
            engine_version=version,
            published_at=now,
            students=report.students,
            answers=report.answers,
            parameters=asdict(fitted.parameters),
            platt={"slope": fitted.platt.weights[0], "constant": fitted.platt.constant},
            judgement=None if fitted.judgement == AS_BELIEVED else asdict(fitted.judgement),
            history=dict(zip(fitted.history.names, fitted.history.weights, strict=True))
            | {"constant": fitted.history.constant},
            quality={"before": asdict(report.before), "after": asdict(report.after)}
            if report.before and report.after
            else {},
        )
    )
    session.flush()
    return version


def _renew_items(
    session: Session, tenant_id: uuid.UUID, archive: Archive, parameters: Parameters, answers: Ints
) -> None:
    """Difficulties of the well-answered items, from all students; in the order in which submissions lock them."""
    bank = learn_bank(archive.log, parameters, prior=archive.prior(parameters))
    mean = bank.mean + bank.shared_mean[archive.skill_of_item]
    var = bank.var + bank.shared_var[archive.skill_of_item]
    chosen = sorted(
        (archive.items[number], float(mean[number]), float(var[number]))
        for number in np.flatnonzero(answers >= MIN_ITEM_ANSWERS)
    )
    for (item_id, item_version), item_mean, item_var in chosen:
        session.execute(
            update(ItemState)
            .where(
                ItemState.tenant_id == tenant_id,
                ItemState.item_id == item_id,
                ItemState.item_version == item_version,
            )
            .values(mean=item_mean, var=item_var)
        )
