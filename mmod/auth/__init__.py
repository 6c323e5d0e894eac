"""Authentication on twisted.cred: tokens become identities."""
