"nbval runs the notebooks by the same rules as nbdev_test: a cell is marked once, for both."

from pathlib import Path

import pytest

from hybridcourse.checks import skip_reason, tst_flags


def pytest_addoption(parser):
    parser.addoption("--nb-flags", default="", help="tst_flags to run that are normally skipped")


def pytest_collection_modifyitems(config, items):
    "Skip the cells that nbdev would skip, and let nbval accept notebooks without run counts."
    asked = set(config.getoption("--nb-flags").split())
    flags = tst_flags(Path(__file__).parent) - asked
    for item in items:
        cell = getattr(item, "cell", None)
        if type(item).__name__ != "IPyNbCell" or cell is None:
            continue
        # nbdev_clean removes the counts; nbval takes an output without one for a mistake
        if cell.get("outputs") and cell.get("execution_count") is None:
            cell["execution_count"] = 1
        if reason := skip_reason(cell.source, flags):
            item.add_marker(pytest.mark.skip(reason=f"nbdev: {reason}"))
