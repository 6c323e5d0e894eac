"""What breaks around a daemon under load, and what its players were told meanwhile, held against what is left."""
