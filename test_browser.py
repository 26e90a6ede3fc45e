"""Every lesson in JupyterLab, in a real browser, as a learner meets it: open, Run All Cells, look.

Lab listens on 127.0.0.1 only and works on a copy of the notebooks, so nothing here changes.
"""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).parent
LESSONS = sorted(p.name for p in (ROOT / "nbs").glob("*.ipynb"))
SECONDS = 240  # for one lesson, on a machine that also does something else
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


def start_lab(folder, port):
    "A JupyterLab of its own: no token, no settings of the user, no news, no questions about updates."
    quiet = folder / "settings/@jupyterlab/apputils-extension/notification.jupyterlab-settings"
    quiet.parent.mkdir(parents=True)
    quiet.write_text('{"fetchNews": "false", "checkForUpdates": false}')
    own = {"JUPYTER_CONFIG_DIR": "config", "JUPYTERLAB_SETTINGS_DIR": "settings",
           "JUPYTERLAB_WORKSPACES_DIR": "workspaces", "JUPYTER_RUNTIME_DIR": "runtime"}
    env = os.environ | {name: str(folder / sub) for name, sub in own.items()}
    options = [f"--port={port}", "--ip=127.0.0.1", f"--ServerApp.root_dir={folder / 'course'}",
               "--no-browser", "--allow-root", "--IdentityProvider.token=", "--ServerApp.password=",
               "--LabApp.expose_app_in_browser=True"]
    log = (folder / "lab.log").open("w")
    return subprocess.Popen([sys.executable, "-m", "jupyterlab", *options],
                            stdout=log, stderr=subprocess.STDOUT, env=env)


@pytest.fixture(scope="session")
def address(tmp_path_factory):
    "The address of a JupyterLab that serves a copy of the course."
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
    lab = start_lab(folder, port)
    try:
        for _ in range(240):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/api", timeout=1)
                break
            except OSError:
                assert lab.poll() is None, (folder / "lab.log").read_text()
                time.sleep(0.25)
        else:
            raise TimeoutError((folder / "lab.log").read_text())
        yield f"http://127.0.0.1:{port}/lab/tree/nbs"
    finally:
        lab.terminate()
        lab.wait(20)


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


@pytest.mark.parametrize("lesson", LESSONS)
def test_lesson_runs(lesson, browser, address):
    "Open the lesson, run all cells, see no error."
    page = browser.new_page(viewport={"width": 1280, "height": 1000})
    page.set_default_timeout(60_000)
    try:
        page.goto(f"{address}/{lesson}?reset")
        page.wait_for_selector(".jp-Notebook .jp-Cell")
        page.evaluate(READY)
        page.evaluate(RUN_ALL)
        page.wait_for_function("() => window.finished", timeout=SECONDS * 1000)
        result = page.evaluate(RESULT)
        assert not result["errors"], f"{lesson}: {result['errors']}"
        assert page.get_by_text("Error displaying widget").count() == 0, f"{lesson}: a widget"
        assert result["waiting"] == 0, f"{lesson}: {result['waiting']} cells have not run"
        if wanted := os.environ.get("SCREENSHOTS"):
            page.screenshot(path=f"{wanted}/{lesson}.png")
        page.evaluate("() => window.jupyterapp.shell.currentWidget.sessionContext.shutdown()")
    finally:
        page.close()
