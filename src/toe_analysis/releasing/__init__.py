"""Tables of a private run that may be published."""

#: The smallest count that a release shows, where nobody asks for another, and the smallest that may be asked for: below
#: three, a firm in a cell knows the others in it.
MINIMUM, FLOOR = 5, 3
