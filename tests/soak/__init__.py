"""Long trials of the wallets: many processes, kill -9, full disks, jumping clocks, and mutants of the ledger.

    python -m tests.soak                                   everything, on both databases; a quarter of an hour and more
    python -m tests.soak bank --database postgresql        one trial, on one database
    python -m tests.soak adjusts --writers 16 --each 2000  one trial, as long as wanted
    python -m tests.soak --help                            what there is

Each prints its figures and what is wrong; the exit code is 1 where anything is. The tests run the same trials, short.
"""
