"""Answers as the fields that a page posts, whatever the kind: it says itself what is right, and how one errs."""

import random

from lti_tool.interactions import full_marks_of, get_kind, mistake_of

ACTS = "acts"
"""Among the fields of an answer: buttons to press before they are posted."""


def fields_of(item_id, forms):
    """What the kind posts one after the other, as fields of one page and the buttons to press before they are posted."""
    fields = {
        f"{item_id}.{name}": list(values) for form in forms for name, values in form.items() if name != "act"
    }
    acts = [f"act:{item_id}:{act}" for form in forms for act in form.get("act", ())]
    return fields | ({ACTS: acts} if acts else {})


def right(stack, item_id, locale="en"):
    """All there is to earn."""
    item = stack.tool.library.translate_item(stack.tool.library.find_item(item_id), locale)
    return fields_of(item_id, full_marks_of(get_kind(item.kind), item.spec))


def wrong(stack, item_id, locale="en"):
    """An answer that is not fully right."""
    item = stack.tool.library.translate_item(stack.tool.library.find_item(item_id), locale)
    return fields_of(item_id, mistake_of(get_kind(item.kind), item.spec, random.Random(7)))
