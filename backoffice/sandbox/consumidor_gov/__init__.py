"""The portal Consumidor.gov.br, as its public API document describes it.

"Lnnn" in a comment is a line of that document; "[A]" marks an assumption where it is silent.
"""
