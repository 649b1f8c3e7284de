"""What a section of the benchmark found, as one table of medians."""

import json
import statistics
import sys


class Table:
    """Rows of measurements. A column is a name and a heading; a column whose third part is a pair of columns
    is their ratio, and says nothing where one of the two was not measured."""

    def __init__(self, title, words, columns, goals=None):
        self.title = title
        self.words = words
        self.columns = columns
        self.goals = goals or {}
        self.rows = {}
        self.notes = []

    def add(self, row, **values):
        """One measurement; several of one row are shown as their median."""
        print(json.dumps({"section": self.title, "row": row} | values), file=sys.stderr)
        note = values.pop("note", None)
        if note:
            self.note(f"{row}: {note}")
        kept = self.rows.setdefault(row, {})
        for name, value in values.items():
            if value is not None:
                kept.setdefault(name, []).append(value)

    def note(self, words):
        if words not in self.notes:
            self.notes.append(words)

    def median(self, row, column):
        found = self.rows.get(row, {}).get(column)
        return statistics.median(found) if found else None

    def text(self):
        shown = [[""] + [column[1] for column in self.columns] + ["goal"]]
        for row in self.rows:
            shown.append([row] + [self._cell(row, column) for column in self.columns]
                         + [self.goals.get(row, "")])
        widths = [max(len(row[number]) for row in shown) for number in range(len(shown[0]))]
        lines = [
            "  ".join(
                cell.ljust(width) if number in (0, len(row) - 1) else cell.rjust(width)
                for number, (cell, width) in enumerate(zip(row, widths))).rstrip()
            for row in shown
        ]
        return "\n".join([f"## {self.title}", self.words, "", *lines,
                          *(f"! {note}" for note in self.notes)])

    def values(self):
        return {"title": self.title, "rows": self.rows, "notes": self.notes}

    def _cell(self, row, column):
        if len(column) == 2:
            return count(self.median(row, column[0]))
        top, bottom = (self._value(row, part) for part in column[2])
        return f"{top / bottom:.2f}" if top is not None and bottom else ""

    def _value(self, row, part):
        """`(row, column)` names a row of its own, a bare column this one."""
        return self.median(*part) if isinstance(part, tuple) else self.median(row, part)


def count(value):
    if value is None:
        return ""
    return f"{value:,.2f}" if 0 < abs(value) < 10 else f"{value:,.0f}".replace(",", " ")
