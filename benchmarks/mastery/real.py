"""Does the engine predict real answers? Any log of answers; ASSISTments 2009 in the split of Gervet et al. if none is named.

    python -m benchmarks.mastery --data TRAIN [TEST]

A file is comma-, semicolon- or tab-separated with a header. Columns are found by name, whatever their order or case:

    user_id | user | student | student_id | anon_student_id     required
    correct | score | is_correct                                required, 0..1
    item_id | item | problem_id | question_id | step_id         the skill stands in where it is missing
    skill_id | skill | skill_name | kc | concept                one skill for all where it is missing
    timestamp | time | order_id | start_time                    seconds (or ms); the file's order where missing or all equal
    response_time | ms_first_response | duration | took_s       optional; ms if the name begins with ms
    guess                                                       optional guess floor, 0..1
    any other column of probabilities in the test file, such as DKT2, is shown as a competitor

Without TEST, a random fifth of the students is the test. All fitting is `lti_tool.mastery.fit` on the training students alone; items are
frozen or keep learning from test answers already seen, as a running server's do. Rivals are fitted on the same students and judged on the same rows.
"""

from __future__ import annotations

import csv
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.mastery import rivals
from benchmarks.mastery.measures import shown, table
from lti_tool.mastery.answer_log import AnswerLog, Floats, make_log
from lti_tool.mastery.compiled import cold_bank, run_log
from lti_tool.mastery.fit import fit, hold_out, predict_log
from lti_tool.mastery.parameters import DEFAULTS
from lti_tool.mastery.quality import auc, calibration_error, log_loss

DEFAULT_FOLDER = Path(__file__).resolve().parents[3] / "shared" / "data"
DEFAULT_FILES = ("assistments09_train.csv", "assistments09_test.csv")
YEAR_S = 365.25 * 24 * 3600
ALIASES = {
    "student": ("user_id", "user", "student", "student_id", "anon_student_id", "studentid", "uid"),
    "score": ("correct", "score", "is_correct", "correctness"),
    "item": ("item_id", "item", "problem_id", "question_id", "step_id", "problem", "question"),
    "skill": ("skill_id", "skill", "skill_name", "skills", "kc", "concept", "kc_id"),
    "time": ("timestamp", "time", "order_id", "start_time", "start_timestamp"),
    "took": ("response_time", "ms_first_response", "duration", "took_s", "ms_response_time"),
    "guess": ("guess",),
}


@dataclass(frozen=True, kw_only=True)
class Split:
    """Training and test answers, and the predictions that stood in the test file, in the test log's order."""

    train: AnswerLog
    test: AnswerLog
    others: Mapping[str, Floats]


def read_split(train: Path, test: Path | None, *, seed: int) -> Split:
    """Raises ValueError, saying which column is missing."""
    columns = [_read(path) for path in (train, test) if path is not None]
    sizes = [len(each["score"]) for each in columns]
    codes = {
        name: np.unique(np.concatenate([each[name] for each in columns]), return_inverse=True)[1]
        for name in ("student", "item", "skill")
    }
    counts = tuple(int(codes[name].max(initial=-1)) + 1 for name in ("student", "skill", "item"))
    logs, orders = [], []
    for number, start in enumerate(np.cumsum([0, *sizes[:-1]])):
        own = slice(start, start + sizes[number])
        held = columns[number]
        years = _years(held.get("time"), sizes[number])
        student = codes["student"][own]
        logs.append(
            make_log(
                student=student,
                skill=codes["skill"][own],
                item=codes["item"][own],
                score=held["score"],
                years=years,
                guess=held.get("guess", 0.0),
                took_s=held.get("took", np.nan),
                counts=counts,  # type: ignore[arg-type]
            )
        )
        orders.append(np.lexsort((np.arange(sizes[number]), years, student)))
    if test is None:
        mask = hold_out(logs[0], seed=seed)
        return Split(train=logs[0].only(~mask), test=logs[0].only(mask), others={})
    others = {name[6:]: held[orders[1]] for name, held in columns[1].items() if name.startswith("other:")}
    return Split(train=logs[0], test=logs[1], others=others)


def _read(path: Path) -> dict[str, np.ndarray]:
    with path.open(newline="", encoding="utf-8-sig", errors="replace") as file:
        head = file.readline()
        mark = max("\t,;", key=head.count)
        names = [name.strip() for name in next(csv.reader([head], delimiter=mark))]
        rows = [row for row in csv.reader(file, delimiter=mark) if len(row) == len(names)]
    raw = dict(zip(names, map(np.array, zip(*rows, strict=True)), strict=True)) if rows else {}
    known = {name.lower().strip().replace(" ", "_"): name for name in names}
    found = {
        ours: known[alias]
        for ours, aliases in ALIASES.items()
        for alias in reversed(aliases)
        if alias in known
    }
    if missing := [name for name in ("student", "score") if name not in found]:
        raise ValueError(
            f"{path}: no column for {' and '.join(missing)}; one of {ALIASES[missing[0]]} is needed"
        )
    if not rows:
        raise ValueError(f"{path}: no rows under the header")
    score = _numbers(raw[found["score"]])
    kept = np.isfinite(score) & (score >= 0.0) & (score <= 1.0)
    columns = {name: raw[column][kept] for name, column in found.items()}
    columns["score"] = score[kept]
    for name in ("time", "took", "guess"):
        if name in columns:
            columns[name] = _numbers(columns[name])
    if found.get("took", "").lower().startswith("ms"):
        columns["took"] = columns["took"] / 1000.0
    columns.setdefault("skill", np.zeros(len(columns["score"]), dtype=str))
    columns.setdefault("item", np.char.add("skill ", columns["skill"]))
    taken = set(found.values())
    for name in names:
        numbers = _numbers(raw[name]) if name not in taken else np.array([np.nan])
        if np.all((numbers > 0.0) & (numbers < 1.0)):
            columns[f"other:{name}"] = numbers[kept]
    return columns


def _numbers(texts: np.ndarray) -> Floats:
    try:
        return texts.astype(np.float64)
    except ValueError:
        return np.array([_number(text) for text in texts])


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return float("nan")


def _years(stamps: Floats | None, n: int) -> Floats:
    """Years since the first; nothing known where stamps are missing. Counters of order (small whole steps) pass for seconds."""
    if stamps is None or not n or not np.isfinite(stamps).all():
        return np.zeros(n)
    unit_s = 0.001 if np.median(stamps) > 1e11 else 1.0
    return (stamps - stamps.min()) * unit_s / YEAR_S


def lines(split: Split, *, seed: int) -> dict[str, Floats]:
    """Every model's predictions for the test rows."""
    train, test = split.train, split.test
    fitted = fit(train, seed=seed)
    frozen, learning = predict_log(test, fitted), predict_log(test, fitted, items_learn=True)
    default = cold_bank(train, DEFAULTS)
    run_log(train, default, DEFAULTS, items_learn=True)
    made = {
        "engine, defaults, items frozen": run_log(test, default.copy(), DEFAULTS, items_learn=False).expected,
        "engine, defaults, items keep learning": run_log(test, default, DEFAULTS, items_learn=True).expected,
        "engine, fitted, items frozen": frozen.engine,
        "engine, fitted, items keep learning": learning.engine,
        "engine, fitted + Platt, items frozen": frozen.platt,
        "engine, fitted + Platt, items keep learning": learning.platt,
        "engine, fitted + history, items frozen": frozen.history,
        "engine, fitted + history, items keep learning": learning.history,
    }
    made |= {f"{name}, as in the test file": values for name, values in split.others.items()}
    others: dict[str, Callable[[AnswerLog, AnswerLog], Floats]] = rivals.MODELS
    made |= {name: model(train, test) for name, model in others.items()}
    return made


def report(made: Mapping[str, Floats], test: AnswerLog) -> str:
    """The table. A rule that says 0 or 1 outright makes no probabilities: of it only the ranking counts."""
    truths = test.is_right
    rows = []
    for name, said in made.items():
        cells = [shown(auc(said, truths), 4)]
        is_chance = bool(said.min() > 0.0 and said.max() < 1.0)
        cells += [
            shown(measure(said, truths) if is_chance else None, 4)
            for measure in (log_loss, calibration_error)
        ]
        rows.append([name, *cells])
    return table(["model", "AUC", "log loss", "cal. error"], rows)


def run(files: Sequence[Path], seed: int) -> None:
    began = time.perf_counter()
    split = read_split(files[0], files[1] if len(files) > 1 else None, seed=seed)
    print(f"{files[0].name}: {len(split.train):,} training and {len(split.test):,} test answers,", end=" ")
    print(f"{split.test.skills:,} skills, {split.test.items:,} items")
    print(report(lines(split, seed=seed), split.test))
    print(f"{time.perf_counter() - began:.0f} s\n")
