"""Tables of counts: do rows and columns go together, how strongly, in any way of merging classes."""
