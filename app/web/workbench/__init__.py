"""The workbench's form: which fields there are, how a query is read, and the address that a state has."""
