"""The texts that an enumeration reads, as the database says."""

import os


def each_text():
    """Each name and alias: the code, the text, and the name of the value."""
    with open(os.path.join(os.environ["PLACE"], "texts")) as lines:
        found = [line.rstrip("\n").split("\t") for line in lines]
    assert len(found) > 20
    return [(int(code), bytes.fromhex(text).decode(), bytes.fromhex(name).decode()) for code, text, name in found]


def refuses(error, function, argument):
    try:
        function(argument)
    except error:
        return
    raise AssertionError(f"{argument!r} is not refused")
