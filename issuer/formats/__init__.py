"""One specification, one module. Pure functions over bytes and plain values: no files, no clock, no network, no secrets."""
