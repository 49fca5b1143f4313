"""Documents that people attach: read in a process that can do nothing else."""
