"""The pages: Flask blueprints, templates, styles and scripts. Everything works by plain form post; scripts improve it.

`install` puts all of it on a Flask app. Domain errors become pages in `errors.py`, once; each page after a launch starts from a `Visit`.
"""

from __future__ import annotations

from flask import Flask

from lti_tool.tool import Tool
from lti_tool.web import (
    action_pages,
    admin_pages,
    answer_pages,
    board_pages,
    bring_in_pages,
    class_pages,
    console_pages,
    correction_pages,
    deep_link_pages,
    errors,
    exchange_pages,
    extend_pages,
    gallery_pages,
    given_pages,
    grant_pages,
    headers,
    home_pages,
    i18n,
    level_pages,
    library_pages,
    lms_pages,
    lti_pages,
    marking_pages,
    method_pages,
    notes_pages,
    notice_pages,
    ops,
    overview_pages,
    own_pages,
    people_pages,
    play_pages,
    print_pages,
    question_pages,
    reading_pages,
    registration_pages,
    rendering,
    requests_log,
    result_pages,
    roster_pages,
    rules_pages,
    skill_pages,
    standards_pages,
)


def install(app: Flask, tool: Tool) -> None:
    """Everything a request can reach."""
    app.extensions["infolit"] = tool
    i18n.install(app)
    rendering.install(app)
    requests_log.install(app)
    headers.install(app)
    errors.install(app)
    for part in (
        lti_pages,
        home_pages,
        reading_pages,
        play_pages,
        notes_pages,
        print_pages,
        result_pages,
        skill_pages,
        class_pages,
        marking_pages,
        question_pages,
        correction_pages,
        action_pages,
        answer_pages,
        lms_pages,
        board_pages,
        level_pages,
        method_pages,
        overview_pages,
        exchange_pages,
        bring_in_pages,
        own_pages,
        library_pages,
        standards_pages,
        deep_link_pages,
        rules_pages,
        given_pages,
        extend_pages,
        admin_pages,
        console_pages,
        roster_pages,
        people_pages,
        grant_pages,
        registration_pages,
        notice_pages,
        ops,
    ):
        app.register_blueprint(part.pages)
    if tool.settings.gallery:
        app.register_blueprint(gallery_pages.pages)


def install_gallery(app: Flask) -> None:
    """The gallery alone, without a database or an LMS: for authors and developers."""
    i18n.install(app)
    rendering.install(app)
    headers.install_for_show(app)
    errors.install(app)
    app.register_blueprint(gallery_pages.pages)
