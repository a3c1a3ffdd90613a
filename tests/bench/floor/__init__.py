"""The least Django that does the product's job on the same rows and text: what the product's times are held against.

Tables, views and templates of its own. Nobody is served by it; it may be as quick as it can and as plain as it likes.
"""
