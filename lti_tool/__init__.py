"""InfoLit: information-literacy lessons inside the LMS, with grades and mastery. Start with README.md beside this file."""

__version__ = "0.1.0"
