"""Run in a process of its own: load a project's plugins and DAGs with Airflow's own loaders. JSON on stdout.

python load_project.py DAGS_FOLDER…     # the plugins folder comes from the environment, as Airflow has it
"""

from __future__ import annotations

import json
import sys
from pathlib import Path


def main() -> None:
    from airflow import plugins_manager
    from airflow.configuration import conf
    from airflow.dag_processing.dagbag import BundleDagBag

    plugins_manager.ensure_plugins_loaded()
    folder = Path(conf.get("core", "plugins_folder")).resolve()
    plugins, errors = plugins_manager._get_plugins()
    from_folder = [plugin for plugin in plugins if str(plugin.source).startswith("$PLUGINS_FOLDER/")]
    after_plugins = loaded_from(folder)
    dags, dag_errors = {}, {}
    for name in sys.argv[1:]:
        bag = BundleDagBag(name, bundle_path=Path(name), bundle_name=Path(name).parent.name)
        dags |= {dag_id: [type(task).__name__ for task in dag.tasks] for dag_id, dag in bag.dags.items()}
        dag_errors |= bag.import_errors
    found = {
        "plugins": sorted(f"{plugin.name} {plugin.source}" for plugin in from_folder),
        "plugin_errors": errors,
        "modules_after_plugins": after_plugins,
        "modules": loaded_from(folder),
        "dags": dags,
        "dag_errors": dag_errors,
    }
    print(json.dumps(found))


def loaded_from(folder: Path) -> dict[str, str]:
    """Module name -> file, relative to the plugins folder, of every module loaded from there."""
    files = ((name, getattr(module, "__file__", None)) for name, module in list(sys.modules.items()))
    inside = ((name, Path(file).resolve()) for name, file in files if file)
    return {name: path.relative_to(folder).as_posix() for name, path in inside if path.is_relative_to(folder)}


if __name__ == "__main__":
    main()
