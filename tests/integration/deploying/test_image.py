"""What can be said of the image and of compose.yaml without building one."""

import re
import subprocess
from typing import Final

import pytest
import yaml

from tests.integration.deploying.fresh import ROOT

pytestmark = [pytest.mark.integration]

IMAGE: Final = (ROOT / "Containerfile").read_text()
COMPOSE: Final = yaml.safe_load((ROOT / "compose.yaml").read_text())


def test_docker_and_podman_find_the_recipe_and_what_it_leaves_out() -> None:
    services = [service for service in COMPOSE["services"].values() if "build" in service]
    assert {service["build"]["dockerfile"] for service in services} == {"Containerfile"}
    # whoever builds it anew for web has it anew for the backup, which is in a profile of its own
    assert {service["image"] for service in services} == {"localhost/board"}
    # podman reads it, too, if there is no .containerignore
    assert (ROOT / ".dockerignore").read_text().startswith("*\n")
    assert not (ROOT / ".containerignore").exists()


def test_backups_are_made_by_a_client_of_the_servers_version_onto_a_volume() -> None:
    (version,) = re.findall(r'ARG POSTGRESQL="(\d+)"', IMAGE)
    assert COMPOSE["services"]["database"]["image"].endswith(f"postgres:{version}")
    assert '"postgresql-client-$POSTGRESQL"' in IMAGE
    backup = COMPOSE["services"]["backup"]
    assert backup["profiles"] == ["backup"]
    assert "backups:/srv/board/backups" in backup["volumes"]
    assert {"uploads", "backups"} <= set(COMPOSE["volumes"])


def test_the_script_of_the_backup_is_one() -> None:
    script = COMPOSE["services"]["backup"]["command"][-1].replace("$$", "$")
    subprocess.run(["/bin/sh", "-n", "-c", script], check=True)


def test_files_with_secrets_are_not_for_git() -> None:
    left_out = (ROOT / ".gitignore").read_text().splitlines()
    assert {".env", "/environment"} <= set(left_out)
