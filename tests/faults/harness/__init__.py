"""What the tests of faults stand on: a crowd, the record of what it was told, and a checker of that record."""
