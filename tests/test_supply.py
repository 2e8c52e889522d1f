"""What comes in from outside, on what it is tried, and under which licence it goes out."""

import json
import re
import subprocess
import sys
import tarfile
import tomllib

import pytest
import yaml
from rocrate.rocrate import ROCrate


@pytest.fixture(scope="module")
def workflow(project):
    return yaml.safe_load((project / ".github/workflows/ci.yml").read_text(encoding="utf-8"))


def test_the_workflow_may_only_read_and_names_each_action_by_a_digest(workflow):
    assert workflow["permissions"] == {"contents": "read"}
    for job in workflow["jobs"].values():
        assert "permissions" not in job
        for step in job["steps"]:
            assert re.fullmatch(r"[\w/-]+@[0-9a-f]{40}", step.get("uses", f"a@{'0' * 40}"))


def test_one_set_of_pythons_is_asked_for_tried_and_told(project, workflow):
    tried = workflow["jobs"]["checks"]["strategy"]["matrix"]["python"]
    settings = tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    environment = yaml.safe_load((project / "environment.yml").read_text(encoding="utf-8"))["dependencies"]
    assert settings["requires-python"] == f">={tried[0]}"
    assert any(f"python={version}" in environment for version in tried)
    assert f"{tried[0]} to {tried[-1]} are tested" in (project / "README.md").read_text(encoding="utf-8")
    beyond = f"3.{int(tried[-1].removeprefix('3.')) + 1}"
    students = (project / "notebooks/exercises/start.py").read_text(encoding="utf-8")
    assert f'# requires-python = ">={tried[0]},<{beyond}"\n' in students
    for text in (students, (project / "docs/da/kom-i-gang.md").read_text(encoding="utf-8")):
        assert f"Python {tried[0]} til {tried[-1]}" in text


def test_every_file_has_a_licence_whose_text_is_there_and_facts_are_the_same_ones_everywhere(project):
    annotations = tomllib.loads((project / "REUSE.toml").read_text(encoding="utf-8"))["annotations"]
    licences = {annotation["SPDX-License-Identifier"] for annotation in annotations}
    assert licences == {path.stem for path in (project / "LICENSES").iterdir()}
    assert (project / "LICENSES/MIT.txt").read_text(encoding="utf-8") == (project / "LICENSE").read_text(
        encoding="utf-8"
    )
    assert annotations[0]["path"] == "**"
    (facts,) = [annotation["path"] for annotation in annotations if "facts" in annotation["SPDX-License-Identifier"]]
    tables = json.loads((project / "datapackage.json").read_text(encoding="utf-8"))["resources"]
    told = {table["path"] for table in tables if any("facts" in one["title"] for one in table.get("licenses", ()))}
    assert set(facts) == told


SOUND = {"name": "numpy", "version": "2.3.0", "vulns": []}
UNKNOWN = {"name": "ours", "skip_reason": "not found"}
FAULT = {"id": "PYSEC-2014-8", "fix_versions": ["2.7.2"], "aliases": [], "description": "..."}


@pytest.mark.parametrize(
    ("packages", "code", "said", "warns"),
    [
        ([SOUND], 0, "Of 1 locked packages 1 could be checked, and 0", False),
        ([SOUND, UNKNOWN], 0, "Of 2 locked packages 1 could be checked, and 0", True),
        (
            [SOUND, {"name": "jinja2", "version": "2.4.1", "vulns": [FAULT]}],
            1,
            "2.4.1: PYSEC-2014-8; mended in 2.7.2",
            False,
        ),
        (None, 0, "Of 0 locked packages 0 could be checked", True),
    ],
    ids=["all sound", "one unknown", "one vulnerable", "no answer"],
)
def test_a_version_known_as_vulnerable_fails_and_a_silent_database_warns(
    project, tmp_path, packages, code, said, warns
):
    report = tmp_path / "advisories.json"
    if packages is not None:
        report.write_text(json.dumps({"dependencies": packages, "fixes": []}))
    ended = subprocess.run([sys.executable, project / ".ci/advisories", report], capture_output=True, text=True)
    assert ended.returncode == code, ended.stderr
    assert said in ended.stdout
    assert ("::warning::" in ended.stdout) == warns


@pytest.fixture(scope="module")
def kept(project):
    """Every file that git keeps; an archive of the project, which has no git, needs no test of this."""
    if not (project / ".git").exists():
        pytest.skip("this is no git repository")
    said = subprocess.run(["git", "ls-files", "-z"], cwd=project, capture_output=True, check=True)
    return {name for name in said.stdout.decode().split("\0") if (project / name).is_file()}


def test_the_record_for_a_deposit_lists_every_file_or_its_folder_and_nothing_that_is_not_kept(project, kept):
    listed = {entity.id for entity in ROCrate(project).data_entities}
    folders = tuple(name for name in listed if name.endswith("/"))
    told = {name for name in kept if name in listed or name.startswith(folders)}
    assert kept - told == {"ro-crate-metadata.json"}  # the record itself
    assert {name for name in listed - kept if not any(one.startswith(name) for one in kept)} == set()


def test_the_source_archive_is_the_whole_project_and_nothing_private(project, kept, tmp_path):
    build = "import sys, flit_core.buildapi as flit; flit.build_sdist(sys.argv[1])"
    subprocess.run([sys.executable, "-c", build, tmp_path], check=True, cwd=project, capture_output=True)
    with tarfile.open(next(tmp_path.glob("*.tar.gz"))) as file:
        held = {name.partition("/")[2] for name in file.getnames()}
    assert kept - held == set()
    assert {name.split("/")[0] for name in held} - {name.split("/")[0] for name in kept} == {"PKG-INFO"}
    assert not {name for name in held if "__pycache__" in name}
