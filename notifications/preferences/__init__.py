"""What a person follows, in their own hands: seen, changed, ended, taken away as data, and forgotten.

Who may is told by a dated token in the address, which only mails to the person's address contain.
"""
