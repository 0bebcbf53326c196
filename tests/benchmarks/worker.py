"""The board's worker, without the job that takes down postings whose page is gone: the benchmarks' never had one."""

import django

if __name__ == "__main__":
    django.setup()
    from tests.benchmarks import ours

    ours.work()
