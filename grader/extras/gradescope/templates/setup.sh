#!/usr/bin/env bash
# Gradescope runs this once, as root, when the image is made.
set -euo pipefail
umask 022
top=${AUTOGRADER:-/autograder}
cd "$top/source"
new_enough='import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))'
find_python() {
    for python in python3 python3.13 python3.12 python3.11; do
        if "$python" -c "$new_enough" 2>/dev/null; then return; fi
    done
    return 1
}
if ! find_python; then
    export DEBIAN_FRONTEND=noninteractive
    apt-get update
    for version in 3.13 3.12 3.11; do
        if apt-get install -y "python$version" "python$version-venv"; then break; fi
    done
    find_python || { echo "setup.sh: there is no Python 3.11 or newer, with venv, to be had" >&2; exit 1; }
fi
"$python" -m venv "$top/venv"
from=()
if [ -d wheels ]; then from=(--no-index --find-links wheels); fi
"$top/venv/bin/python" -m pip install "${from[@]}" -r requirements.txt -c constraints.txt
chmod 700 "$top/source"
cd course # what submissions import is compiled now, and not for each of them
XDG_CACHE_HOME=$top/cache "$top/venv/bin/python" -m grader.extras.gradescope.there
