"""Questions from other programs, and ours for them: bytes in, items or package bytes out. No database, no network, no files.

    archive, trees → read_<format> → drafts → bank → report      import: what becomes of each foreign question, and why
    nearest → write_<format>                                     export: the nearest equivalent, and what is lost

Every reader gives `Draft`s whose fields are what an author would write in a bank; every writer takes items of the few kinds that
other programs know, which `nearest` makes of all kinds. Foreign markup becomes Markdown (`markup`) and is never obeyed.
docs/import-export.md describes formats and limits.
"""
