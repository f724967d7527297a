"""The little Markdown of the catalogue's texts as HTML: strong, code, line breaks; everything else is escaped."""

import re

from markupsafe import Markup, escape

# A backslash takes a sign literally, as in names that come from the artifacts (``dashboard.names.escaped``).
_SIGNS = re.compile(r"\\(?P<literal>[\\`*_{}\[\]()<>#+\-!$:~|])|`(?P<code>[^`]*)`|(?P<strong>\*\*)|(?P<feed> *\n)")


def inline(text: str) -> Markup:
    """Return a text of the catalogue as HTML in which nothing that came from outside can be markup."""
    html, at, strong = Markup(), 0, False
    for found in _SIGNS.finditer(text):
        html += escape(text[at : found.start()])
        at = found.end()
        if found["literal"]:
            html += escape(found["literal"])
        elif found["code"] is not None:
            html += Markup("<code>{}</code>").format(found["code"])
        elif found["strong"]:
            # The last one of an odd number stands for itself.
            if strong or "**" in text[at:]:
                html += Markup("</strong>") if strong else Markup("<strong>")
                strong = not strong
            else:
                html += "**"
        else:
            html += Markup("<br>")
    return html + escape(text[at:]) + Markup("</strong>" if strong else "")


def plain(text: str) -> str:
    """Return a text of the catalogue without its marks, for a table of bare words."""
    return _SIGNS.sub(lambda found: found["literal"] or found["code"] or ("" if found["strong"] else " "), text)
