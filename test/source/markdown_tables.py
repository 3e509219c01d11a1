"""The source in Markdown: each enumeration is a table, and each value a row with its name."""

import html
import os
import re

import markdown

from texts import each_text

with open(os.path.join(os.environ["PLACE"], "enums.md")) as file:
    page = markdown.markdown(file.read(), extensions=["tables"])
section = page[page.index("<h2>class</h2>") :].split("<h2>")[1]
rows = [re.findall(r"<td[^>]*>(.*?)</td>", row) for row in re.findall(r"<tr>\n(.*?)</tr>", section, re.DOTALL)][1:]
assert all(len(row) == 4 for row in rows), rows
shown = {int(row[0]): html.unescape(row[1]) for row in rows}
visible = {code: re.sub("[\u2028\u202e ]+", " ", name) for code, _, name in each_text()}
assert shown == visible, {code: (shown.get(code), name) for code, name in visible.items() if shown.get(code) != name}
