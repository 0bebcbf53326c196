"""The board while processes are killed, the database goes away, the disk is full, and the clock jumps: nobody stays untold.

The long runs bear the marker `chaos`; each prints the seed from which it can be repeated (`CHAOS_SEED`).
"""
