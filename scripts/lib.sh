# Shared by the scripts: where the tools lie and how they are found. A tool's folder is named after its version and is
# complete from the moment it exists, so that any number of clones share it.

cd "$(dirname "${BASH_SOURCE[0]}")/.."
source scripts/tools/versions

tools="${TWOTICK_TOOLS:-${XDG_CACHE_HOME:-$HOME/.cache}/twotick}"
target="${CARGO_TARGET_DIR:-target}"

say() { echo "» $*" >&2; }
die() { echo "✗ $*" >&2; exit 1; }
has() { command -v "$1" >/dev/null 2>&1; }

# The command must be exactly as old as the crate, which Cargo.toml pins.
wasm_bindgen_version="$(sed -n 's/^wasm-bindgen = .*"=\([0-9.]*\)".*/\1/p' Cargo.toml)"
[ -n "$wasm_bindgen_version" ] || die 'Cargo.toml must pin wasm-bindgen = "=VERSION".'

cargo_leptos_dir="$tools/cargo-leptos-$CARGO_LEPTOS_VERSION"
wasm_bindgen_dir="$tools/wasm-bindgen-cli-$wasm_bindgen_version"
nextest_dir="$tools/cargo-nextest-$NEXTEST_VERSION"
site_tools_dir="$tools/site-tools-$(sha256sum scripts/tools/package-lock.json | cut -c1-12)"

schemathesis_dir="$tools/schemathesis-$(sha256sum scripts/tools/schemathesis.txt | cut -c1-12)"

# Ours come first: Debian's wasm-opt breaks the module, and an older wasm-bindgen refuses it.
export PATH="$cargo_leptos_dir/bin:$wasm_bindgen_dir/bin:$site_tools_dir/node_modules/.bin:$PATH:$nextest_dir/bin"

# One at a time over all clones (or in this clone), with a word about it where one has to wait.
locked() { # locked FILE COMMAND…
  local file="$1"
  shift
  mkdir -p "$(dirname "$file")"
  if ! has flock; then
    "$@"
    return
  fi
  exec 9>"$file"
  flock -n 9 || { say "Waiting for another run that holds $file"; flock 9; }
  "$@"
  exec 9>&-
}

# A Chromium to test with: the one that is named, the system's, or Playwright's own.
find_chromium() {
  local name
  if [ -n "${CHROMIUM:-}" ]; then
    has "$CHROMIUM" || die "CHROMIUM names $CHROMIUM, which cannot be run."
    command -v "$CHROMIUM"
    return
  fi
  for name in chromium google-chrome google-chrome-stable; do
    has "$name" && command -v "$name" && return
  done
  name="$(cd end2end && node -e 'console.log(require("@playwright/test").chromium.executablePath())' 2>/dev/null)" || return 1
  [ -x "$name" ] && echo "$name"
}

# The same without windows, which takes a third less time; beside a Chromium that is named, nothing else is used.
find_chromium_shell() {
  [ -n "${CHROMIUM:-}" ] || command -v chromium-headless-shell || true
}

find_postgres() {
  ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1 | grep . || { has initdb && dirname "$(command -v initdb)"; }
}
