"""Key pairs that no running stack uses any more, for the next one: making four takes longer than all else of a start.

Two stacks that run at the same time never have a key in common, and what is made later in a test (a rotation) is made anew.
"""

from contextlib import contextmanager

import pytest
from joserfc.jwk import RSAKey

_spare = {}


@contextmanager
def spare_keys_first():
    """Within, a key pair is taken from the spare ones of its sort. Gives what to call when they are no longer in use."""
    make, taken = RSAKey.generate_key, []

    def take(*sort, **more):
        free = _spare.setdefault(repr((sort, sorted(more.items()))), [])
        key = free.pop() if free else make(*sort, **more)
        taken.append((free, key))
        return key

    def give_back():
        for free, key in taken:
            free.append(key)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(RSAKey, "generate_key", take)
        yield give_back
