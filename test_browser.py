"""Every lesson in JupyterLab, in a real browser, as a learner meets it: open it and look.

Lessons with widgets are run there too (Run All Cells). The others show what nbval has compared already, cell by cell and
in the same kernel; HC_BROWSER=all runs them as well.

Lab listens on 127.0.0.1 only, asks for a token that is new each time, and works on a copy of the notebooks, so nothing
here changes. The waits are long: they end a test that hangs, and a busy machine is none.
"""

import os
import re
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).parent
LESSONS = sorted(p.name for p in (ROOT / "nbs").glob("*.ipynb"))
WIDGETS = re.compile(r"ipywidgets|anywidget|hybridcourse\.widgets")
RUN = [name for name in LESSONS if os.environ.get("HC_BROWSER") == "all" or name == "001_start_here.ipynb"
       or WIDGETS.search((ROOT / "nbs" / name).read_text("utf-8"))]
SECONDS = 1800  # for one lesson
PATIENCE = 300_000  # milliseconds, for anything else
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
QUIET = """--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking
    --disable-component-update --disable-sync --disable-dev-shm-usage""".split()

# the notebook says "idle" before it has a kernel, and Run All is then lost: wait for the kernel itself
READY = """async () => {
    const app = window.jupyterapp; await app.restored
    const nb = app.shell.currentWidget; await nb.context.ready; await nb.sessionContext.ready
    await nb.sessionContext.session.kernel.info }"""
# what the menu's Run All Cells does; the answer comes when the last cell has run
RUN_ALL = """() => {
    window.finished = false
    window.jupyterapp.commands.execute('notebook:run-all-cells').then(() => { window.finished = true }) }"""
# the errors that are shown, and how many cells have not run
RESULT = """() => {
    const cells = window.jupyterapp.shell.currentWidget.content.model.cells
    const errors = []; let waiting = 0
    for (let i = 0; i < cells.length; i++) {
        const cell = cells.get(i)
        if (cell.type !== 'code') continue
        const shown = cell.outputs.toJSON().find(o => o.output_type === 'error')
        if (shown) errors.push(`cell ${i + 1}: ${shown.ename}: ${shown.evalue}`)
        if (cell.executionCount === null && cell.sharedModel.source.trim()) waiting += 1 }
    return {errors, waiting} }"""


def start_lab(folder, port, token):
    "A JupyterLab of its own: no settings of the user, no news, no questions about updates."
    quiet = folder / "settings/@jupyterlab/apputils-extension/notification.jupyterlab-settings"
    quiet.parent.mkdir(parents=True)
    quiet.write_text('{"fetchNews": "false", "checkForUpdates": false}')
    own = {"JUPYTER_CONFIG_DIR": "config", "JUPYTERLAB_SETTINGS_DIR": "settings",
           "JUPYTERLAB_WORKSPACES_DIR": "workspaces", "JUPYTER_RUNTIME_DIR": "runtime"}
    env = os.environ | {name: str(folder / sub) for name, sub in own.items()}
    env["JUPYTER_TOKEN"] = token  # on the command line everybody on this machine could read it
    options = [f"--port={port}", "--ip=127.0.0.1", f"--ServerApp.root_dir={folder / 'course'}",
               "--no-browser", "--allow-root", "--LabApp.expose_app_in_browser=True"]
    log = (folder / "lab.log").open("w")
    return subprocess.Popen([sys.executable, "-m", "jupyterlab", *options],
                            stdout=log, stderr=subprocess.STDOUT, env=env)


@pytest.fixture(scope="session")
def address(tmp_path_factory):
    "address(lesson): where a JupyterLab with a copy of the course shows a lesson; it holds the token."
    folder = tmp_path_factory.mktemp("lab")
    course = folder / "course"
    course.mkdir()
    shutil.copytree(ROOT / "nbs", course / "nbs")
    shutil.copytree(ROOT / "hybridcourse", course / "hybridcourse")
    shutil.copy(ROOT / "settings.ini", course)
    (course / "data").symlink_to(ROOT / "data")
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port = s.getsockname()[1]
    home, token = f"http://127.0.0.1:{port}", secrets.token_hex(24)
    lab = start_lab(folder, port, token)
    try:
        for _ in range(PATIENCE // 250):
            try:
                urllib.request.urlopen(f"{home}/api/status?token={token}", timeout=30)
                break
            except OSError:
                assert lab.poll() is None, (folder / "lab.log").read_text()
                time.sleep(0.25)
        else:
            raise TimeoutError((folder / "lab.log").read_text())
        yield lambda lesson: f"{home}/lab/tree/nbs/{lesson}?reset&token={token}"
    finally:
        lab.terminate()
        lab.wait(120)


@pytest.fixture(scope="session")
def browser():
    "Chromium of the system. Where there is none the test is skipped, except in CI."
    if CHROMIUM is None:
        no = "no Chromium on this machine: the lessons were not tried in a browser"
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(no)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as p:
        chromium = p.chromium.launch(executable_path=CHROMIUM, headless=True, args=QUIET)
        yield chromium
        chromium.close()


def test_lab_asks_for_its_token(address):
    home = address("").split("/lab/")[0]
    for wrong in ("", "?token=guessed"):
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(f"{home}/api/contents{wrong}")
        assert refused.value.code == 403


@pytest.mark.parametrize("lesson", LESSONS)
def test_lesson_opens(lesson, browser, address):
    "Open the lesson, run all cells if it is one of RUN, see no error."
    page = browser.new_page(viewport={"width": 1280, "height": 1000})
    page.set_default_timeout(PATIENCE)
    try:
        page.goto(address(lesson))
        page.wait_for_selector(".jp-Notebook .jp-Cell")
        page.evaluate(READY)
        if lesson in RUN:
            page.evaluate(RUN_ALL)
            page.wait_for_function("() => window.finished", timeout=SECONDS * 1000)
        result = page.evaluate(RESULT)
        assert not result["errors"], f"{lesson}: {result['errors']}"
        assert page.get_by_text("Error displaying widget").count() == 0, f"{lesson}: a widget"
        left = result["waiting"] if lesson in RUN else 0
        assert left == 0, f"{lesson}: {left} cells have not run"
        if wanted := os.environ.get("SCREENSHOTS"):
            page.screenshot(path=f"{wanted}/{lesson}.png")
        page.evaluate("() => window.jupyterapp.shell.currentWidget.sessionContext.shutdown()")
    finally:
        page.close()


# ---------------------------------------------------------------- the demos of lesson 310

DEMOS = "310_retrieval_explorer.ipynb"
WIDTHS = (1280, 800)


@pytest.fixture(scope="module", params=WIDTHS, ids=lambda width: f"{width}px")
def demos(request, browser, address):
    "The page of lesson 310 with all cells run, at one width, and every request to another host."
    from playwright.sync_api import expect

    page = browser.new_page(viewport={"width": request.param, "height": 1600})
    page.set_default_timeout(PATIENCE)
    expect.set_options(timeout=PATIENCE)  # the first new question loads the model of embeddings
    page.foreign, page.broken = [], []
    home = address("").split("/lab/")[0]
    own = (home, home.replace("http", "ws"), "data:", "blob:")
    for event in ("request", "websocket"):
        page.on(event, lambda r: None if r.url.startswith(own) else page.foreign.append(r.url))
    page.on("pageerror", lambda e: page.broken.append(str(e)))
    try:
        page.goto(address(DEMOS))
        page.wait_for_selector(".jp-Notebook .jp-Cell")
        page.evaluate(READY)
        if page.viewport_size["width"] < 1000:  # a narrow window without the file browser, as people use it
            page.evaluate("() => window.jupyterapp.commands.execute('application:toggle-left-area')")
        page.evaluate(RUN_ALL)
        page.wait_for_function("() => window.finished", timeout=SECONDS * 1000)
        result = page.evaluate(RESULT)
        assert not result["errors"] and result["waiting"] == 0, result
        yield page
        page.evaluate("() => window.jupyterapp.shell.currentWidget.sessionContext.shutdown()")
    finally:
        page.close()


def find_demo(page, call):
    "The widget below the cell that ends in `call`, scrolled into view (JupyterLab draws what is near)."
    number = page.evaluate("""call => {
        const nb = window.jupyterapp.shell.currentWidget.content, cells = nb.model.cells
        for (let i = 0; i < cells.length; i++)
            if (cells.get(i).sharedModel.source.trim() === call) {
                nb.activeCellIndex = i; nb.scrollToItem(i); return i }
        return -1 }""", call)
    assert number >= 0, f"no cell {call}"
    cell = page.locator(f'.jp-Cell[data-windowed-list-index="{number}"]')
    box = cell.locator(".jp-OutputArea-output .widget-vbox").first
    box.wait_for()
    return box


def look(page, box, name):
    "Nothing sticks out at the side, every control has a name, and a screenshot if one is asked for."
    wide = box.evaluate("e => [e.scrollWidth, e.clientWidth]")
    assert wide[0] <= wide[1] + 1, f"{name}: {wide}"
    unnamed = box.evaluate("""e => [...e.querySelectorAll('input, select, [role=slider], [role=textbox]')].filter(
        x => !x.labels?.[0]?.textContent && !x.getAttribute('aria-label')).map(x => x.outerHTML)""")
    assert unnamed == [], f"{name}: {unnamed}"
    if wanted := os.environ.get("SCREENSHOTS"):
        page.wait_for_timeout(600)
        box.screenshot(path=f"{wanted}/310_{name}_{page.viewport_size['width']}.png")


def ask(box, text):
    "Type a question and press Enter."
    line = box.get_by_label("Question")
    line.fill(text)
    line.press("Enter")


def test_explorer(demos):
    from playwright.sync_api import expect

    box = find_demo(demos, "explore.widget()")
    rows, first = box.locator(".hcr li"), box.locator(".hcr li").first
    expect(rows).to_have_count(5)
    box.get_by_role("slider", name="Passages").focus()
    look(demos, box, "explorer")
    ask(box, "math.perm")
    expect(first).to_contain_text("1. math.perm")
    expect(first.locator("mark").first).to_have_text("math")
    expect(first).to_contain_text(" = ")
    demos.keyboard.press("Tab")
    picture = box.locator(".hcr img")
    before = picture.get_attribute("src")
    box.get_by_label("Compare with").select_option("TF-IDF")
    expect(picture).not_to_have_attribute("src", before)
    expect(picture).to_have_attribute("alt", "Ranks by BM25 and TF-IDF")
    box.get_by_label("Retriever").select_option("dense")
    expect(first).to_contain_text("cosine 0.")
    box.get_by_label("Retriever").select_option("hybrid")
    expect(first).to_contain_text("fused score")
    box.get_by_role("slider", name="Passages").focus()
    demos.keyboard.press("ArrowRight")
    expect(rows).to_have_count(6)
    box.get_by_label("Retriever").select_option("TF-IDF")
    box.get_by_label("Module").select_option("csv")
    ask(box, "a list of rows")
    expect(first).to_contain_text("1. csv.")
    ask(box, "")
    expect(box.get_by_role("status")).to_contain_text("the query is empty")
    expect(rows).to_have_count(0)
    ask(box, "zzz qqq")
    expect(box.get_by_role("status").first).to_contain_text("Nothing found")


def test_bm25_playground(demos):
    from playwright.sync_api import expect

    box = find_demo(demos, "play.widget()")
    table, picture = box.locator(".hcr table"), box.locator(".hcr img").first
    expect(table.locator("tr")).to_have_count(9)
    k1, b = (box.get_by_role("slider", name=name) for name in ("k1 (saturation)", "b (length)"))
    k1.focus()
    look(demos, box, "bm25")
    usual, drawn = table.inner_text(), picture.get_attribute("src")
    for press in range(5):
        demos.keyboard.press("ArrowRight")
    expect(k1).to_have_attribute("aria-valuenow", "2.0")
    expect(picture).not_to_have_attribute("src", drawn)
    expect(table).not_to_have_text(usual)
    drawn = picture.get_attribute("src")
    b.focus()
    demos.keyboard.press("Home")
    expect(b).to_have_attribute("aria-valuenow", "0.0")
    expect(picture).not_to_have_attribute("src", drawn)
    ask(box, "gcd")
    expect(table.locator("tr").nth(1)).to_contain_text("math.gcd")
    ask(box, " ")
    expect(box.get_by_role("status")).to_contain_text("the query is empty")


def test_embedding_map(demos):
    from playwright.sync_api import expect

    box = find_demo(demos, "above.widget()")
    table, picture = box.locator(".hcr table"), box.locator(".hcr img")
    expect(table.locator("tr")).to_have_count(7)
    neighbours = box.get_by_role("slider", name="Neighbours")
    neighbours.focus()
    look(demos, box, "map")
    drawn = picture.get_attribute("src")
    ask(box, "shuffle a list at random")
    expect(table).to_contain_text("random.")
    expect(picture).not_to_have_attribute("src", drawn)
    neighbours.focus()
    demos.keyboard.press("ArrowLeft")
    expect(table.locator("tr")).to_have_count(6)
    ask(box, "")
    expect(box.get_by_role("status")).to_contain_text("the query is empty")


def test_fusion_lab(demos):
    from playwright.sync_api import expect

    box = find_demo(demos, "lab.widget()")
    rows, said = box.locator(".hcr-rows li"), box.locator(".hcr-lab [role=status]")
    expect(rows).to_have_count(8)
    box.get_by_label("Question").select_option("biggest number that divides both of two integers")
    expect(box.locator('.hcr-rows li[data-grade="answers it"]')).to_contain_text("math.gcd")
    weight = box.get_by_role("slider", name="Weight of dense")
    weight.focus()
    look(demos, box, "fusion")
    order, value = rows.all_inner_texts(), said.inner_text()
    demos.keyboard.press("Home")
    expect(weight).to_have_attribute("aria-valuenow", "0.0")
    expect(said).not_to_have_text(value)
    expect(rows.first).to_contain_text("BM25 1")
    demos.keyboard.press("End")
    expect(rows.first).to_contain_text("dense 1,")
    assert rows.all_inner_texts() != order
    value, curve = said.inner_text(), box.locator("svg polyline").first.get_attribute("points")
    box.get_by_label("Fusion").select_option("ranks (RRF)")
    expect(box.locator("svg polyline").first).not_to_have_attribute("points", curve)
    demos.wait_for_timeout(600)
    tops = [row.bounding_box()["y"] for row in rows.all()]
    assert tops == sorted(tops), "the rows have come to rest in order"


def test_demos_ask_no_other_host(demos):
    assert demos.foreign == [] and demos.broken == []


# ---------------------------------------------------------------- the tree of a search, lesson 405


def test_trace_tree(browser, address):
    "Step through a trace by button and by key; texts of others stay texts, and nothing is loaded from elsewhere."
    from playwright.sync_api import expect

    page = browser.new_page(viewport={"width": 800, "height": 1200})
    page.set_default_timeout(PATIENCE)
    expect.set_options(timeout=PATIENCE)
    foreign, home = [], address("").split("/lab/")[0]
    own = (home, home.replace("http", "ws"), "data:", "blob:")
    page.on("request", lambda r: None if r.url.startswith(own) else foreign.append(r.url))
    try:
        page.goto(address("916_trace_widget.ipynb"))
        page.wait_for_selector(".jp-Notebook .jp-Cell")
        page.evaluate(READY)
        page.evaluate(RUN_ALL)
        page.wait_for_function("() => window.finished", timeout=SECONDS * 1000)
        box = page.locator(".hcr-trace").first
        box.scroll_into_view_if_needed()
        lines, status = box.locator("li"), box.get_by_role("status")
        expect(lines).to_have_count(1)
        box.get_by_role("button", name="Next").click()
        expect(lines).to_have_count(2)
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        page.keyboard.press("ArrowRight")
        expect(lines).to_have_count(4)
        expect(status).to_contain_text("step 2 of 7: [1] <script>")
        page.keyboard.press("End")
        expect(lines).to_have_count(10)
        expect(box.locator("[data-kind=cited]")).to_have_count(1)
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(box.locator("details[open] p")).to_contain_text("<b>bold</b>")
        assert box.locator("script, b b, p b").count() == 0 and foreign == []
        wide = box.evaluate("e => [e.scrollWidth, e.clientWidth]")
        assert wide[0] <= wide[1] + 1, wide
        if wanted := os.environ.get("SCREENSHOTS"):
            box.screenshot(path=f"{wanted}/916_trace.png")
        page.evaluate("() => window.jupyterapp.shell.currentWidget.sessionContext.shutdown()")
    finally:
        page.close()
