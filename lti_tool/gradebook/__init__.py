"""Grades on their way to the LMS: one row per column and learner, delivered by the worker, latest wins.

The row is the outbox. A job only says "look now"; a lost job, a killed worker or an LMS that is down delays a grade and never loses it.
"""
