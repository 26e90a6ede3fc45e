"The course site: Sphinx reads the notebooks as they are, and nbdev's directives become cell tags."

import json
import re
import sys
from pathlib import Path

here = Path(__file__).parent
sys.path.insert(0, str(here))  # so that MyST-NB finds conf.read_lesson

project = html_title = "hybridcourse"
author = "The hybridcourse authors"
extensions = ["myst_nb", "sphinx_design", "sphinx_copybutton", "sphinx-mathjax-offline"]
root_doc = "index"
exclude_patterns = ["_*", "**/.ipynb_checkpoints", "*.py", "*.md"]
myst_enable_extensions = ["dollarmath", "amsmath", "colon_fence", "deflist"]
myst_heading_anchors = 3

# outputs are the ones stored in the notebooks; `make stored` compares them with what the code prints
nb_execution_mode = "off"
nb_custom_formats = {".ipynb": ["conf.read_lesson", {}, False]}
nb_code_prompt_show = "Show the solution"
nb_code_prompt_hide = "Hide the solution"
nb_ipywidgets_js = {}  # widgets live in JupyterLab; no page asks another host for scripts

html_theme = "sphinx_book_theme"
html_theme_options = {
    "home_page_in_toc": True,
    "show_navbar_depth": 1,
    "show_toc_level": 2,
    "use_fullscreen_button": False,
    "navbar_persistent": [],  # one search box is enough
}
html_static_path = []
html_copy_source = True

PARTS = {
    "Before you start": range(0, 100),
    "1. Sequence mixers": range(100, 200),
    "2. A language model": range(200, 300),
    "3. Retrieval": range(300, 400),
    "4. Retrieval-augmented generation": range(400, 500),
    "Reference": range(900, 1000),
}
# an nbdev directive -> what the page leaves out or folds away
TAGS = {
    "hide": "remove-cell",
    "default_exp": "remove-cell",
    "include: false": "remove-cell",
    "echo: false": "remove-input",
    "output: false": "remove-output",
    "code-fold: true": "hide-input",
}


def read_lesson(text):
    "The notebook in `text`, ready for Sphinx."
    import nbformat

    nb = nbformat.reads(text, as_version=4)
    for cell in nb.cells:
        (code_cell if cell.cell_type == "code" else prose_cell)(cell)
    return nb


def code_cell(cell):
    "Say with tags what the directives say, then drop the directive lines."
    tags = list(cell.metadata.get("tags", []))
    if "nbdev_export(" in cell.source:
        tags.append("remove-cell")
    kept = []
    for line in cell.source.split("\n"):
        if said := re.match(r"#\s*\|\s*(.*)", line):
            tags += [t for d, t in TAGS.items() if (said[1] + " ").startswith(d + " ")]
        elif not re.match(r"#\s*NBVAL_", line):
            kept.append(line)
    cell.source = "\n".join(kept).strip("\n")
    if tags:
        cell.metadata["tags"] = tags


def prose_cell(cell):
    "Callouts become admonitions; links out of nbs/ keep their text only."
    text = re.sub(
        r'^:::\s*\{\.callout-(\w+)\s+title="([^"]*)"\s*\}',
        r":::{admonition} \2\n:class: \1", cell.source, flags=re.M)
    text = re.sub(r"^:::\s*\{\.callout-(\w+)[^}]*\}", r":::{\1}", text, flags=re.M)
    cell.source = re.sub(r"\[([^\]]+)\]\(\.\./[^)]*\)", r"\1", text)


def title(notebook):
    "The number and the heading of a notebook, as far as its colon."
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    heading = "".join(cells[0]["source"]).split("\n")[0].lstrip("# ").strip()
    return f"{notebook.stem[:3]} · {heading.split(':')[0]}"


def sidebar():
    "One list for each part, of the lessons that exist."
    lines = []
    for part, numbers in PARTS.items():
        pages = [p for n in numbers for p in sorted(here.glob(f"{n:03}_*.ipynb"))]
        if pages:
            entries = [f"{title(p)} <{p.stem}>" for p in pages]
            lines += ["```{toctree}", ":hidden:", f":caption: {part}", "", *entries, "```", ""]
    return "\n".join(lines)


def add_sidebar(app, docname, source):
    "Sphinx reads the order of the pages from the first page, so put it there."
    if docname == root_doc:
        nb = json.loads(source[0])
        cell = {"cell_type": "markdown", "id": "sidebar", "metadata": {}, "source": sidebar()}
        nb["cells"].append(cell)
        source[0] = json.dumps(nb)


def read_again(app, env, added, changed, removed):
    "The list of lessons may have changed, so the first page is read at every build."
    return [root_doc]


def setup(app):
    app.connect("source-read", add_sidebar)
    app.connect("env-get-outdated", read_again)
