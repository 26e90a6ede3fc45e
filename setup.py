"Hand what `settings.ini` says to setuptools. Settings are edited there, not here."
import re
import shlex
from configparser import ConfigParser
from pathlib import Path

import setuptools

here = Path(__file__).parent
ini = ConfigParser(delimiters=["="])
ini.read(here / "settings.ini", encoding="utf-8")
cfg = ini["DEFAULT"]
lib, data = cfg["lib_path"], cfg["lib_path"] + "._data"


def words(key):
    "The value of `key` as a list, empty if there is none."
    return shlex.split(cfg.get(key, ""))


def readme():
    "README.md for a package index: links into the repository lead to where it lies."
    text = (here / "README.md").read_text(encoding="utf-8")
    there = f"{cfg['git_url']}/blob/{cfg['branch']}/"
    return re.sub(r"\]\((?!https?:|mailto:|#)", "](" + there, text)


setuptools.setup(
    name=cfg["lib_name"],
    version=cfg["version"],
    description=cfg["description"],
    long_description=readme(),
    long_description_content_type="text/markdown",
    author=cfg["author"],
    author_email=cfg["author_email"],
    url=cfg["git_url"],
    keywords=words("keywords"),
    license="Apache-2.0",
    license_files=["LICENSE"],
    classifiers=[
        "Development Status :: 3 - Alpha",
        "Framework :: Jupyter",
        "Intended Audience :: Education",
        "Programming Language :: Python :: 3",
    ],
    # data/ of the clone travels in the wheel as hybridcourse/_data (see `course_data`)
    packages=[*setuptools.find_packages(include=[lib, lib + ".*"]), data],
    package_dir={data: "data"},
    package_data={data: ["**/*"], "": ["*.js", "*.css"]},
    python_requires=">=" + cfg["min_python"],
    install_requires=words("requirements"),
    extras_require={key.removesuffix("_requirements"): words(key)
                    for key in cfg if key.endswith("_requirements")},
    entry_points={
        "console_scripts": words("console_scripts"),
        "nbdev": [f"{lib}={lib}._modidx:d"],
    },
    zip_safe=False,
)
