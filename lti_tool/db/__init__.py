"""The database: connection, column types, the embedded server, migrations and the transactional job queue.

Tables belong to the package whose idea they hold; this package only gives them a common base.
"""
