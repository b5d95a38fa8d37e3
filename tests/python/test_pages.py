"""What README, guide and notebook say in Python happens."""
import ast
import contextlib
import doctest
import io
import json
import re

import pytest
from conftest import ROOT

PAGES = [page for page in (ROOT / "README.md", ROOT / "README.zh-CN.md", *sorted((ROOT / "guide").rglob("*.md")))
         if ">>> " in page.read_text(encoding="utf-8")]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_the_sessions_of_a_page_print_what_it_says(page, tmp_path, monkeypatch):
    sessions = re.findall(r"^(?:> )?```python\n((?:> )?>>> .*?)^(?:> )?```", page.read_text(encoding="utf-8"), re.M | re.S)
    assert sessions
    text = "\n".join(re.sub("^> ", "", session, flags=re.M) for session in sessions)
    for data in (ROOT / "guide" / "data").iterdir():
        (tmp_path / data.name).symlink_to(data)
    monkeypatch.chdir(tmp_path)
    test = doctest.DocTestParser().get_doctest(text, {}, page.name, str(page), 0)
    said = io.StringIO()
    doctest.DocTestRunner(optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE).run(test, out=said.write)
    assert said.getvalue() == ""


def test_chinese_pages_have_the_same_sessions():
    def sessions(page):
        return re.findall(r"^(?:> )?```python\n((?:> )?>>> .*?)^(?:> )?```", page.read_text(encoding="utf-8"), re.M | re.S)

    assert sessions(ROOT / "README.md") == sessions(ROOT / "README.zh-CN.md") != []
    for page in (ROOT / "guide").glob("*.md"):
        if (ROOT / "guide" / "zh" / page.name).exists():
            assert sessions(page) == sessions(ROOT / "guide" / "zh" / page.name), page.name


@pytest.mark.parametrize("notebook", sorted((ROOT / "examples" / "python").glob("*.ipynb")), ids=lambda path: path.name)
def test_a_notebook_prints_what_it_shows(notebook, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names = {}
    for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] != "code":
            continue
        tree = ast.parse("".join(cell["source"]))
        last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
        said = io.StringIO()
        with contextlib.redirect_stdout(said):
            exec(compile(tree, notebook.name, "exec"), names)
            value = None if last is None else eval(compile(ast.Expression(last.value), notebook.name, "eval"), names)
        shown = {"stdout": "", "text/plain": ""}
        for output in cell["outputs"]:
            if output["output_type"] == "stream":
                shown["stdout"] += "".join(output["text"])
            else:
                shown["text/plain"] = "".join(output["data"]["text/plain"])
        assert said.getvalue() == shown["stdout"]
        assert ("" if value is None else repr(value)) == shown["text/plain"]
