"""What a student has mastered, estimated from scored answers, with its uncertainty.

`engine` is the pure model: beliefs in, beliefs out, no database and no clock. `replay` runs one student's answers through
it in time order, for late arrivals and corrections. Import from those modules; this package pulls in nothing by itself.
"""
