"""Rosters of a student information system made ours: OneRoster 1.1 and 1.2 as CSV or by REST, and one plain CSV table.

A source is read row by row into staging tables (COPY), then applied by a few statements over all rows. Nothing is ever deleted: what a
roster ends becomes inactive, and what a file leaves out is counted and left as it is. docs/rosters.md says it for administrators.
Who is who, `people.linking` says; `rosters.matching` is the same rules for a hundred thousand people at once.
"""
