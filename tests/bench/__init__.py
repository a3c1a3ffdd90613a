"""Measures the product beside a floor: the least Django that does the same job, over the same rows and text.

`python -m tests.bench --help`. Both are served by gunicorn as in production and asked in turns, in one run.
"""
