"""The command ``python -m toe_analysis.survey.synthetic``: write the bundled export, or a world with an effect."""

import argparse
import sys
from functools import partial
from pathlib import Path

from toe_analysis.errors import InputError
from toe_analysis.paths import EXPORT_NAME, project_folder
from toe_analysis.survey.synthetic.workbook import write_world
from toe_analysis.survey.synthetic.world import read_recipe
from toe_analysis.terminal import DONE, carried_out


def main(arguments: list[str] | None = None) -> int:
    """Write the synthetic export and its sidecar; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m toe_analysis.survey.synthetic", description=__doc__.split("\n")[0])
    parser.add_argument("--world", default="", help="the planted share of small sceptics, like 9/14")
    parser.add_argument(
        "--output", type=Path, help="workbook to write (default: data/raw, or build/worlds for a world)"
    )
    parser.add_argument("--raw", type=Path, help="folder of the study's facts (default: data/raw)")
    return carried_out(partial(_write, parser.parse_args(arguments)))


def _write(options: argparse.Namespace) -> int:
    project = project_folder(Path.cwd())
    raw = options.raw or project / "data" / "raw"
    worlds = read_recipe(raw).worlds
    world = options.world or worlds[0]
    if world not in worlds:
        raise InputError(f"--world: expected one of {', '.join(worlds)}, found {world!r}")
    name = f"world_{world.replace('/', '_of_')}.xlsx"
    bundled = raw / EXPORT_NAME if world == worlds[0] else project / "build" / "worlds" / name
    output = options.output or bundled
    if output.suffix != ".xlsx":
        raise InputError(f"--output: expected a workbook, NAME.xlsx, found {output.name!r}")
    if output.is_file() and not output.with_suffix(".json").is_file():  # beside what is made stands how it was made
        raise InputError(f"--output: {output} is there already and was not made here; name another file")
    try:
        count = write_world(output, raw, world)
    except OSError as error:
        raise InputError(
            f"--output: expected a workbook that can be written, but {output} cannot be ({error.strerror or error}); "
            "name a file in another folder"
        ) from error
    where = output.relative_to(project).as_posix() if output.is_relative_to(project) else output
    told = "" if output == raw / EXPORT_NAME else f"; to run on them: python run_all.py --responses {where}"
    sys.stdout.write(f"{where}: {count} synthetic responses, world {world}{told}\n")
    return DONE


if __name__ == "__main__":
    sys.exit(main())
