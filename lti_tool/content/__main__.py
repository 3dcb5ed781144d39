"""`python -m lti_tool.content check`: the same commands as `infolit content`."""

from lti_tool.content.commands import content_commands

if __name__ == "__main__":
    content_commands(prog_name="python -m lti_tool.content")
