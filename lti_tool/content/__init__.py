"""Lessons and quizzes as plain files: reading, checking, translating and freezing them.

    source → model → loading → library → checks         what `infolit content check` and a start of the tool do
    library → snapshot                                   what an attempt pins

Nothing here knows of people, attempts or the web. docs/authoring.md describes the files for those who write them.
"""
