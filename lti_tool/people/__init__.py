"""Who takes part: districts (tenants), schools, sections, persons with their aliases, enrolments, grants and launch sessions.

A person is our own UUID. What LMSs and rosters call them are aliases; automatic links are made only on exact strong ones.
"""
