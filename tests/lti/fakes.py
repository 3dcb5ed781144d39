"""A gateway without an LMS, keeping the contract of the real one: test_lti_gateway_contract.py runs on both."""

import threading
from dataclasses import dataclass, field

from lti_tool.errors import DeliveryRefusedError, DeliveryRetryError, ScoreConflictError
from lti_tool.facts.gateway import RecordedResult


@dataclass
class FakeGateway:
    """Holds scores as an LMS would. `columns` lists the line items it knows; None knows all."""

    columns: set | None = None
    is_down: bool = False
    asks_to_wait_s: float | None = None
    is_forbidden: bool = False
    loses_answers: bool = False
    """Takes the score, then the connection breaks before it can say so."""
    sent: list = field(default_factory=list)
    """Every score that was accepted, in order."""

    def __post_init__(self):
        self._lock = threading.Lock()
        self._scores = {}

    def send_score(self, platform_id, score):
        self._check(score.line_item_url)
        with self._lock:
            held = self._scores.get((platform_id, score.line_item_url, score.subject))
            if held is not None and score.timestamp <= held.timestamp:
                raise ScoreConflictError()
            self._scores[platform_id, score.line_item_url, score.subject] = score
            self.sent.append(score)
        if self.loses_answers:
            raise DeliveryRetryError("The LMS could not be reached.")

    def find_result(self, platform_id, line_item_url, subject):
        self._check(line_item_url)
        score = self._scores.get((platform_id, line_item_url, subject))
        if score is None:
            return None
        return RecordedResult(
            subject=subject, result_score=score.score_given, result_maximum=score.score_maximum
        )

    def _check(self, line_item_url):
        if self.is_down:
            raise DeliveryRetryError("The LMS could not be reached.")
        if self.asks_to_wait_s is not None:
            raise DeliveryRetryError("The LMS asks InfoLit to slow down.", retry_after_s=self.asks_to_wait_s)
        if self.is_forbidden:
            raise DeliveryRefusedError("The LMS does not let InfoLit write to this gradebook column.")
        if self.columns is not None and line_item_url not in self.columns:
            raise DeliveryRefusedError("The gradebook column is gone.")
