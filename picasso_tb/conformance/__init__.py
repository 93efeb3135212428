"""What every visualization owes its users, as tests that run on any of them: `pytest --picasso FILE`."""
