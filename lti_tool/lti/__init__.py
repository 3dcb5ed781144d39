"""The LTI 1.3 boundary: launches come in as `facts.Launch`, scores go out through `facts.gateway`. README: lti_tool/README.md.

In order of use:

    platforms.add_platform     an administrator registers an LMS
    login.begin_login          the LMS starts a launch; the browser is sent to its authorization address
    verify.check_launch        the signed launch comes back and is checked, without using it up
    verify.accept_launch       it is used up, once, in the caller's transaction
    gateway.HTTPGateway        scores and results, for the worker

Nothing else in the tool imports pylti1p3 or Authlib, or speaks HTTP to an LMS.
"""
