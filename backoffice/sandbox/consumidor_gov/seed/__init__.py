"""What the portal holds at first start: invented people and complaints over the real taxonomy.

Everything is drawn from one `random.Random(seed)`; only the dates depend on the day of seeding.
"""
