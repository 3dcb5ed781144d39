"""Published standards that a district works by: read from CASE packages and tables, kept by GUID, laid to our skills. Codes and links first."""
