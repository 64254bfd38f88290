// Nothing: what is measured is the start of a process and its end.
