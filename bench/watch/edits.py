"""The edit of one page that the measurements make."""

EDIT = "UPDATE robbieblocks_pages SET content = $1 WHERE page_key = $2"


def edited(page, mark):
    """The Markdown of a page with a mark at its end."""
    return f"{page.markdown}\nThis is {mark} here.\n"
