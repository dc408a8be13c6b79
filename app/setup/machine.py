"""What this machine is and has: system, compiler, browser, instruction set."""

import ctypes
import importlib.util
import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

_X86_FLAGS = ("GGML_AVX2", "GGML_FMA", "GGML_F16C", "GGML_BMI2")
_BROWSERS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
)


def system(os_release: Path = Path("/etc/os-release")) -> str:
    """debian, fedora, macos, windows or other: whose commands a sentence has to name."""
    if sys.platform == "darwin":
        return "macos"
    if sys.platform == "win32":
        return "windows"
    try:
        lines = os_release.read_text(encoding="utf-8").splitlines()
    except OSError:
        return "other"
    pairs = dict(line.split("=", 1) for line in lines if "=" in line)
    family = f"{pairs.get('ID', '')} {pairs.get('ID_LIKE', '')}".replace('"', "").split()
    known = {"debian": "debian", "ubuntu": "debian", "fedora": "fedora", "rhel": "fedora"}
    return next((known[name] for name in family if name in known), "other")


def is_root() -> bool:
    """Whether `sudo` would be one word too many."""
    return sys.platform != "win32" and os.geteuid() == 0


def python_version() -> str:
    """The Python in use as 3.11: what packages and folders are named after."""
    return f"{sys.version_info.major}.{sys.version_info.minor}"


def has_venv() -> bool:
    """Whether this Python can make an environment with pip; Debian ships that part apart."""
    return all(importlib.util.find_spec(name) is not None for name in ("venv", "ensurepip"))


def has_compiler() -> bool:
    """Whether something that compiles C++ is here; on Windows also what Visual Studio's own finder knows."""
    if sys.platform == "win32" and _visual_studio():
        return True
    if sys.platform == "darwin" and not _xcode_tools():
        return False
    named = os.environ.get("CXX", "").split()
    return any(map(shutil.which, [*named[:1], "c++", "g++", "clang++", "cl"]))


def find_browser() -> str:
    """The path of the browser that the tests drive: KLANKBORD_BROWSER, else the first one here, else ""."""
    named = os.environ.get("KLANKBORD_BROWSER", "")
    return named or next(filter(None, map(shutil.which, _BROWSERS)), "")


def cmake_args(machine: str = "", fast: bool | None = None) -> str:
    """The explicit flags for llama.cpp on a kind of processor (default: this one).

    Without them llama.cpp silently drops every fast instruction when SOURCE_DATE_EPOCH is set, and uses
    those of the building machine, which crash elsewhere, when it is not. `fast`: whether AVX2 is here.
    """
    if (machine or platform.machine()).lower() not in ("x86_64", "amd64"):
        return "-DGGML_NATIVE=ON"  # arm64 has no portable set worth naming, and it runs where it was built
    if has_avx2() if fast is None else fast:
        return " ".join(["-DGGML_NATIVE=OFF", *(f"-D{flag}=ON" for flag in _X86_FLAGS)])
    return " ".join(["-DGGML_NATIVE=OFF", *(f"-D{flag}=OFF" for flag in ("GGML_AVX", *_X86_FLAGS))])


def has_avx2(cpuinfo: Path = Path("/proc/cpuinfo")) -> bool:
    """Whether an x86-64 processor has AVX2 (then FMA, F16C and BMI2 too). Not known on macOS: yes."""
    if sys.platform == "win32":
        return bool(ctypes.windll.kernel32.IsProcessorFeaturePresent(40))  # PF_AVX2_INSTRUCTIONS_AVAILABLE
    try:
        return "avx2" in cpuinfo.read_text(encoding="utf-8").split()
    except OSError:
        return True


def _xcode_tools() -> bool:
    """macOS has a `c++` that only offers to install the real one."""
    asked = subprocess.run(["/usr/bin/xcode-select", "-p"], capture_output=True, check=False)
    return asked.returncode == 0


def _visual_studio() -> bool:
    programs = os.environ.get("ProgramFiles(x86)", "")  # noqa: SIM112 - that is its name on Windows
    finder = Path(programs) / "Microsoft Visual Studio" / "Installer" / "vswhere.exe"
    if not finder.exists():
        return False
    need = "Microsoft.VisualStudio.Component.VC.Tools.x86.x64"
    wanted = [str(finder), "-products", "*", "-requires", need, "-property", "installationPath"]
    return bool(subprocess.run(wanted, capture_output=True, check=False).stdout.strip())
