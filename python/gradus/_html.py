"""What a notebook shows."""
from __future__ import annotations

import html


def preformatted(lines: list[str]) -> str:
    """The lines as they are."""
    return f'<pre style="line-height:1.3">{html.escape(chr(10).join(lines))}</pre>'


def table(rows: list[list[str]], header: list[str]) -> str:
    """Rows of texts below their header."""

    def line(cells: list[str], tag: str) -> str:
        return "<tr>" + "".join(f'<{tag} style="text-align:left">{html.escape(cell)}</{tag}>' for cell in cells) + "</tr>"

    return f"<table>{line(header, 'th')}{''.join(line(row, 'td') for row in rows)}</table>"


class Bar:
    """tqdm's bar, where it is installed."""

    def __init__(self) -> None:
        try:
            from tqdm.auto import tqdm
        except ImportError:
            self._bar = None
        else:
            self._bar = tqdm(unit=" updates", leave=False)

    def __call__(self, done: int, planned: int, cost: float) -> None:
        if self._bar is not None:
            self._bar.total = planned
            self._bar.n = done
            self._bar.set_postfix(cost=f"{cost:.6f}")

    def close(self) -> None:
        if self._bar is not None:
            self._bar.close()
