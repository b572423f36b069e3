"""What the sections of the page share."""


def heads(*names: str) -> list[str]:
    """Cells of a table's head; * for those whose column is text."""
    return [f'<th scope="col"{" class=left" if name[0] == "*" else ""}>{name.lstrip("*")}</th>' for name in names]
