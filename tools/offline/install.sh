#!/bin/sh
# Installs the product from the files beside this script, without any network: sh install.sh [folder]
set -eu

say() { printf '%s\n%s\n' "$1" "$2"; }
refuse() {
    say "$1" "$2" >&2
    exit 1
}

here=$(cd "$(dirname "$0")" && pwd)
. "$here/about.sh"
target=${1:-/opt/workflow-app-$version}

(cd "$here" && sha256sum --check --quiet --strict SHA256SUMS) ||
    refuse "安装包不完整或已被改动，请重新拷贝，并核对压缩包的 SHA-256。" \
        "The bundle is incomplete or was changed: copy it again and compare the archive's SHA-256."
[ "$(uname -m)" = "$machine" ] ||
    refuse "本安装包用于 $machine，这台机器是 $(uname -m)。" "This bundle is for $machine; this machine is $(uname -m)."
[ ! -e "$target" ] ||
    refuse "$target 已存在。每个版本装在各自的文件夹里，请另选一个。" \
        "$target exists. Every version is installed into a folder of its own; choose another."

python=
for candidate in ${PYTHON:-python3.13 python3.12 python3.11 python3}; do
    found=$("$candidate" -c 'import ensurepip, sys, venv; print("%d.%d" % sys.version_info[:2])' 2>/dev/null) || continue
    case " $pythons " in *" $found "*)
        python=$candidate
        break
        ;;
    esac
done
[ -n "$python" ] ||
    refuse "没有找到可用的 Python（需要 $pythons 之一，带 venv）。可用 PYTHON=/路径/python3 指定。" \
        "No usable Python was found (one of $pythons, with venv). Name one with PYTHON=/path/python3."

# What fails halfway leaves nothing behind.
trap 'rm -rf "$target"' EXIT
"$python" -m venv "$target"
# No setting of this machine may send pip elsewhere, and every file must be one whose hash the list knows.
PIP_CONFIG_FILE=/dev/null "$target/bin/pip" --isolated --disable-pip-version-check install --quiet \
    --no-index --find-links "$here/wheels" --only-binary :all: --require-hashes --requirement "$here/requirements.txt" ||
    refuse "安装失败，没有留下任何文件。" "The installation failed and left nothing behind."
mkdir -p "$target/share/doc/workflow-app"
cp -R "$here/licences" "$here/sbom.cdx.json" "$here/README.md" "$target/share/doc/workflow-app/"
"$target/bin/workflow-app" --version
trap - EXIT
say "已装入 $target。下一步见 README.md：workflow-app upgrade、bureau create、doctor、serve。" \
    "Installed in $target. What comes next is in README.md: workflow-app upgrade, bureau create, doctor, serve."
