"""From a path, standard input or a file object to lines, in bounded memory."""
