"""Settings: a wrong one stops the start with a sentence that names it."""

import pytest

from lti_tool.errors import SettingsError
from lti_tool.settings import read_settings


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("INFOLIT_PUBLIC_URL", "http://tool.school.example", "must be https"),
        ("INFOLIT_PUBLIC_URL", "https://tool.school.example/", "slash"),
        ("INFOLIT_PUBLIC_URL", "tool", "https://"),
        ("INFOLIT_DATABASE_URL", "sqlite:///x.db", "postgresql://"),
        ("INFOLIT_SECRET_KEY", "short", "32 characters"),
        ("INFOLIT_LMS_TIMEOUT_S", "0", "greater than 0"),
        ("INFOLIT_LOG_LEVEL", "loud", "'debug'"),
        ("INFOLIT_SCHOOL_YEAR_STARTS", "13", "12"),
    ],
)
def test_wrong_setting_is_named_in_the_sentence(monkeypatch, name, value, words):
    monkeypatch.setenv(name, value)

    with pytest.raises(SettingsError) as caught:
        read_settings()

    assert name in str(caught.value)
    assert words in str(caught.value)


def test_secrets_do_not_show_when_settings_are_printed(monkeypatch):
    monkeypatch.setenv("INFOLIT_SECRET_KEY", "k" * 40)
    monkeypatch.setenv("INFOLIT_DATABASE_URL", "postgresql://me:hunter2@db.example/infolit")

    printed = repr(read_settings())

    assert "k" * 40 not in printed
    assert "hunter2" not in printed
