"""The core is plain Python: it loads where nothing is installed. And `site/` is a folder, not a package."""

import importlib.util
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

pytestmark = pytest.mark.unit

ROOT: Final = Path(__file__).parents[2]

IMPORT_THE_CORE: Final = """
import importlib, pkgutil, sys
sys.path.insert(0, sys.argv[1])
import jobs_domain
for module in pkgutil.walk_packages(jobs_domain.__path__, "jobs_domain."):
    importlib.import_module(module.name)
print(*sys.modules)
"""

FIND_SITE_AND_CONFIG: Final = """
import importlib.util, site
print(site.__file__)
print(importlib.util.find_spec("config").origin)
"""


def _run(*arguments: str) -> list[str]:
    command = [sys.executable, *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def _modules_of_the_core() -> set[str]:
    files = (path.relative_to(ROOT).with_suffix("") for path in (ROOT / "jobs_domain").rglob("*.py"))
    return {".".join(file.parts).removesuffix(".__init__") for file in files}


def test_every_module_of_the_core_loads_without_site_packages_and_loads_nothing_but_python_itself() -> None:
    loaded = set(_run("-S", "-I", "-c", IMPORT_THE_CORE, str(ROOT)))
    assert _modules_of_the_core() <= loaded
    foreign = {name.partition(".")[0] for name in loaded} - sys.stdlib_module_names - {"jobs_domain", "__main__"}
    # Python's own build settings, which are named for the platform, are in no list
    assert {name for name in foreign if not name.startswith("_sysconfigdata_")} == set()


def test_the_core_brings_in_no_framework_where_one_is_installed() -> None:
    loaded = {name.partition(".")[0] for name in _run("-c", IMPORT_THE_CORE, str(ROOT))}
    assert importlib.util.find_spec("django") is not None
    assert loaded.isdisjoint(
        {"django", "wagtail", "cattrs", "django_tasks", "config", "adapters", "notifications", "cms"}
    )


def test_site_is_a_folder_and_no_package() -> None:
    assert (ROOT / "site" / "config" / "__init__.py").is_file()
    assert not (ROOT / "site" / "__init__.py").exists()


def test_import_site_is_pythons_own_and_config_is_found_by_its_name() -> None:
    site, config = map(Path, _run("-c", FIND_SITE_AND_CONFIG))
    assert not site.is_relative_to(ROOT)
    assert site.name == "site.py"
    assert config == ROOT / "site" / "config" / "__init__.py"
