"""What is imported when: modules are held, never a clock. And what is generated is up to date."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
MODELS = {"sklearn", "fairlearn"}
CONTRACTS = {"great_expectations", "pandera"}
HEAVY = {"numpy", "pandas", "polars", "pyarrow", "narwhals", "pydantic", "scipy", "duckdb", *MODELS, *CONTRACTS}


def imported(code: str, folder: Path) -> set[str]:
    """Which of the heavy modules a program has imported by its end."""
    program = f"import atexit, sys\natexit.register(lambda: print('\\nHEAVY', *({HEAVY} & set(sys.modules))))\n{code}"
    done = subprocess.run([sys.executable, "-c", program], cwd=folder, capture_output=True, text=True, timeout=100)
    assert done.returncode == 0, done.stdout + done.stderr
    return set(done.stdout.rpartition("HEAVY")[2].split())


def command(*arguments: str) -> str:
    return f"sys.argv = {['dataaudit', *arguments]}\nfrom auditor.cli import main\nmain()"


def test_import_auditor_costs_nothing(tmp_path: Path) -> None:
    assert imported("import auditor", tmp_path) == set()


def test_the_public_names_are_there(tmp_path: Path) -> None:
    import auditor

    for name in auditor.__all__:
        assert getattr(auditor, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'audti'"):
        auditor.audti  # noqa: B018


@pytest.mark.parametrize("arguments", [("--help",), ("run", "--help"), ("--version",)], ids=" ".join)
def test_help_costs_nothing(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    assert imported(command(*arguments), tmp_path) == set()


@pytest.mark.parametrize("arguments", [("checks",), ("explain", "label-errors")], ids=" ".join)
def test_to_read_about_checks_needs_no_engine(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    assert imported(command(*arguments), tmp_path) <= {"pydantic", "numpy"}


def test_the_plugin_api_needs_no_engine(tmp_path: Path) -> None:
    assert imported("import auditor.check", tmp_path) <= {"pydantic"}


@pytest.mark.slow
def test_a_fast_run_without_sensitive_columns_imports_no_model_and_no_contract(tmp_path: Path) -> None:
    rows = "".join(f"{n},{'uv'[n % 2]}\n" for n in range(100))
    (tmp_path / "d.csv").write_text(f"x,y\n{rows}")
    run = command("run", "d.csv", "--label", "y", "--sensitive", "none", "--fast", "--quiet")
    assert not imported(run, tmp_path) & (MODELS | CONTRACTS | {"duckdb", "pandas"})


@pytest.mark.slow
def test_no_contract_means_no_contract_library_whatever_is_asked(tmp_path: Path) -> None:
    rows = "".join(f"{n},{'fm'[n % 2]},{'uv'[n // 2 % 2]}\n" for n in range(200))
    (tmp_path / "d.csv").write_text(f"x,sex,y\n{rows}")
    run = command("run", "d.csv", "--label", "y", "--sensitive", "sex", "--quiet")
    found = imported(run, tmp_path)
    assert not found & CONTRACTS
    assert found >= MODELS  # the test would see them


def test_what_is_generated_is_up_to_date() -> None:
    spec = importlib.util.spec_from_file_location("generate_docs", ROOT / "docs" / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    generate = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(generate)
    for name, text in generate.pages().items():
        assert (ROOT / "docs" / name).read_text(encoding="utf-8") == text, f"{name}: run `make docs`"
