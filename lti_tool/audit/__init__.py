"""What teachers and specialists did to somebody's work or rights: one table, written in the transaction of the deed, never changed after."""
