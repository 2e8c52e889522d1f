"""The record of what was made from what, read back by the libraries of the formats' makers."""

import json

import yaml
from rocrate.rocrate import ROCrate

from toe_analysis.publishing.kept import Work
from toe_analysis.publishing.metadata import PARTS, codecheck_manifest, ro_crate
from toe_analysis.running.stages import Stage
from toe_analysis.showing.words import say

STAGES = (
    Stage("01_clean_responses", ("data/raw/given.csv",), ("data/processed/01_a.csv",)),
    Stage("02_classify_firms", ("data/processed/01_a.csv",), ("figures/en/02_b.svg", "figures/x.png")),
)
DIGESTS = {path: f"{len(path):064x}" for stage in STAGES for path in (stage.notebook, *stage.reads, *stage.writes)}
PROJECT = Work("Compendium", ("We",), version="0.1.0")
REPORT = Work("Undersøgelse: æ, ø & å", ("Dania", "Others"), year="2025")


def crate(project=PROJECT):
    return ro_crate(STAGES, DIGESTS, project, REPORT, "synthetic")


def test_the_crate_is_the_same_every_time_and_names_no_time():
    assert json.dumps(crate()) == json.dumps(crate())
    root = next(entity for entity in crate()["@graph"] if entity["@id"] == "./")
    assert "datePublished" not in root
    assert root["description"] == "synthetic"


def test_the_date_is_the_one_on_which_the_project_was_released():
    dated = crate(Work("Compendium", ("We",), version="1.0.0", released="2026-01-31"))
    assert next(entity for entity in dated["@graph"] if entity["@id"] == "./")["datePublished"] == "2026-01-31"


def test_every_reference_in_the_crate_leads_somewhere():
    graph = crate()["@graph"]
    identifiers = {entity["@id"] for entity in graph}
    assert len(identifiers) == len(graph)

    def targets(value):
        if isinstance(value, list):
            return [target for item in value for target in targets(item)]
        return [value["@id"]] if isinstance(value, dict) else []

    pointed = {target for entity in graph for value in entity.values() for target in targets(value)}
    assert {target for target in pointed if not target.startswith("https://w3id.org/ro/crate")} <= identifiers


def test_the_formats_own_library_reads_files_and_actions_back(tmp_path):
    for path in DIGESTS:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).touch()
    (tmp_path / "ro-crate-metadata.json").write_text(json.dumps(crate()), encoding="utf-8")
    read = ROCrate(tmp_path)
    assert {entity.id: entity["sha256"] for entity in read.data_entities if entity.id not in PARTS} == DIGESTS
    actions = {action["name"]: action for action in read.root_dataset["mentions"]}
    assert {name: action["instrument"].id for name, action in actions.items()} == {
        stage.name: stage.notebook for stage in STAGES
    }
    assert [made.id for made in actions["02_classify_firms"]["result"]] == ["figures/en/02_b.svg", "figures/x.png"]
    assert [used.id for used in actions["02_classify_firms"]["object"]] == ["data/processed/01_a.csv"]
    assert read.root_dataset["citation"]["name"] == REPORT.title


def test_the_manifest_lists_what_is_made_and_by_which_notebook_and_leaves_the_certificate_to_others():
    text = codecheck_manifest(STAGES, DIGESTS, REPORT)
    assert text.startswith("---\n")
    read = yaml.safe_load(text)
    assert set(read) == {"version", "paper", "manifest"}
    assert read["paper"] == {"title": REPORT.title, "authors": [{"name": "Dania"}, {"name": "Others"}]}
    assert [entry["file"] for entry in read["manifest"]] == [path for stage in STAGES for path in stage.writes]
    comment = read["manifest"][1]["comment"]
    asked = say("stage.02_classify_firms", "en")
    assert comment == f"{asked} Made by notebooks/02_classify_firms.ipynb; sha256 {DIGESTS['figures/en/02_b.svg']}"
