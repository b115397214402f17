"""`make package`: what is deployed, built offline into build/.

build/switchroom.zip  the code of all functions
build/static/         the files that no function serves: hold music, and the fallback
build/osls/           the CloudFormation that osls makes of serverless.yml
build/zappa/          the same Flask application as a one-command trial deployment
"""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

from infra.aws.lambda_zip import ROOT, compile_all, copy_packages, copy_product, locked, zip_folder

# What zappa's own handler needs beside the product's packages.
ZAPPA_PACKAGES = ["zappa", "durationpy", "python-slugify", "text-unidecode", "placebo", "toml"]
LIMIT_BYTES = 250 * 1024 * 1024  # AWS: a function's code, unpacked


def main(build: Path = ROOT / "build") -> int:
    _require_lambda_like_machine()
    functions = build / "functions"
    shutil.rmtree(functions, ignore_errors=True)
    copy_packages(locked(), functions)
    copy_product(functions)
    compile_all(functions)
    _require_small(functions)
    zip_folder(functions, build / "switchroom.zip")
    static(build)
    osls(build)
    zappa(build)
    print(f"Packaged into {build}: switchroom.zip, static/, osls/, zappa/trial.zip")
    return 0


def static(build: Path) -> None:
    """What is copied into the bucket of StaticUrl, with each change of the company's file (R4)."""
    shutil.rmtree(build / "static", ignore_errors=True)
    command = [sys.executable, "-m", "app.entrypoints.command", "documents", str(build / "static")]
    _run(command, cwd=ROOT, environment=_offline())


def osls(build: Path) -> None:
    """The CloudFormation of serverless.yml; answers from AWS are not asked for."""
    command = [str(ROOT / "node_modules/.bin/osls"), "package", "--package", str(build / "osls")]
    _run(command, cwd=ROOT, environment=_offline())


def zappa(build: Path) -> None:
    """zappa takes a project folder and a virtual environment: both are made to hold only ours."""
    project, environment = build / "zappa", build / "zappa-environment"
    for folder in (project, environment):
        shutil.rmtree(folder, ignore_errors=True)
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    packages = environment / "lib" / version / "site-packages"
    copy_packages([*locked(), *ZAPPA_PACKAGES], packages)
    copy_product(project)
    shutil.copyfile(ROOT / "infra/aws/zappa_settings.json", project / "zappa_settings.json")
    command = [sys.executable, "-m", "zappa.cli", "package", "trial", "--output", "trial.zip"]
    _run(command, cwd=project, environment=_offline() | {"VIRTUAL_ENV": str(environment)})


def _offline() -> dict[str, str]:
    """No account of AWS is asked, whatever the terminal is signed in to."""
    foreign = ("AWS_", "TWILIO_", "SWITCHROOM_")
    kept = {key: word for key, word in os.environ.items() if not key.startswith(foreign)}
    return kept | {
        "AWS_ACCESS_KEY_ID": "offline",
        "AWS_SECRET_ACCESS_KEY": "offline",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_DEFAULT_REGION": "eu-central-1",
        "SLS_NOTIFICATIONS_MODE": "off",
    }


def _run(command: list[str], *, cwd: Path, environment: dict[str, str]) -> None:
    done = subprocess.run(
        command, cwd=cwd, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")


def _require_lambda_like_machine() -> None:
    """Compiled packages are copied as they are, so the machine must be like Lambda's."""
    here = (sys.platform, platform.machine(), sys.version_info[:2])
    if here != ("linux", "x86_64", (3, 11)):
        raise SystemExit(f"This is {here}: package on Linux x86_64 with Python 3.11, as CI does.")


def _require_small(folder: Path) -> None:
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    if size > LIMIT_BYTES:
        raise SystemExit(f"The package is {size:,} bytes unpacked; Lambda takes {LIMIT_BYTES:,}.")


if __name__ == "__main__":
    sys.exit(main())
