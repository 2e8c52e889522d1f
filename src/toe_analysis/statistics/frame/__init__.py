"""The firms that could have answered: what those that did say of the others."""
