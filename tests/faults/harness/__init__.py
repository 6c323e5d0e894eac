"""What the tests of faults stand on: a crowd, the record of what it was told, a checker of that record, and a stage."""
