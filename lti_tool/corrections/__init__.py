"""Putting things right afterwards: the analysis of questions worked out anew, attempts re-scored, a teacher's actions done and taken back.

Use cases like those of `flow`, which they build on and which knows nothing of them.
"""
