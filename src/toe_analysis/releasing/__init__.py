"""Tables of a private run that may be published."""

#: The smallest count that a release shows, where nobody asks for another, and the smallest that may be asked for: below
#: three, a firm in a cell knows the others in it.
MINIMUM, FLOOR = 5, 3

#: What a table of answers counts beside options: of a question who gave no answer, and who was not asked; of one option
#: of several who chose it, and who did not. How many did not is in no file: it follows from the one beside it.
NO_ANSWER, NOT_ASKED, CHOSEN, NOT_CHOSEN = "no_answer", "not_asked", "chosen", "not_chosen"
