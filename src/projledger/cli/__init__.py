"""The command line: the only room that reads the clock, the terminal, the environment and the arguments."""
