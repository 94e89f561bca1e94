"""The worker: does what waits in the tables. Any number of them may run; a row is claimed by one."""
