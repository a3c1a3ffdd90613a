from complaints.admin import accounts, people, reading  # noqa: F401  (each registers its models)
