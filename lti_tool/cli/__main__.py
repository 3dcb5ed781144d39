"""`python -m lti_tool.cli`: the command without its installed script; the supervisor starts its children this way."""

from lti_tool.cli import main

main()
