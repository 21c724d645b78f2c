# A private view of the machine's own Debian mirror: two suites, two architectures or more,
# and lists of its own. The system's apt is not changed.
# shellcheck shell=bash

# Prints "URI KEYRING" of the first configured source whose suite is the
# release itself; both of apt's file formats are understood.
system_mirror() {
  local codename=$1
  python3 - "$codename" /etc/apt/sources.list \
    /etc/apt/sources.list.d/*.list /etc/apt/sources.list.d/*.sources <<'PYTHON'
import os, re, sys

codename, files = sys.argv[1], sys.argv[2:]


def one_line_sources(text):
    pattern = r"^deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)\s"
    for options, uri, suite in re.findall(pattern, text, re.M):
        keyring = re.search(r"signed-by=(\S+)", options)
        yield uri, [suite], keyring.group(1) if keyring else ""


def paragraph_sources(text):
    for paragraph in re.split(r"\n\s*\n", text):
        field = dict(re.findall(r"^([A-Za-z-]+):\s*(.+)$", paragraph, re.M))
        if "deb" in field.get("Types", "").split():
            uri = field.get("URIs", "").split()
            if uri:
                yield uri[0], field.get("Suites", "").split(), field.get("Signed-By", "")


for path in filter(os.path.exists, files):
    text = open(path).read()
    read = paragraph_sources if path.endswith(".sources") else one_line_sources
    for uri, suites, keyring in read(text):
        if codename in suites and not uri.rstrip("/").endswith("security"):
            print(uri, keyring)
            sys.exit()
sys.exit(f"no source for {codename} in apt's configuration")
PYTHON
}

private_apt() {
  local root
  root=$(cache_dir)/apt
  timeout --foreground 600 "$1" -o Dir::Etc::SourceList="$root/sources.list" \
    -o Dir::Etc::SourceParts="$root/none" \
    -o Dir::State::Lists="$root/lists" \
    -o Dir::Cache="$root/cache" \
    -o APT::Architectures::=amd64 -o APT::Architectures::=arm64 \
    -o APT::Architectures::=armel -o APT::Architectures::=armhf \
    -o APT::Sandbox::User=root \
    -o APT::Default-Release="$(release_codename)-backports" \
    "${@:2}"
}

release_codename() {
  # shellcheck disable=SC1091
  (. /etc/os-release && printf '%s\n' "$VERSION_CODENAME")
}

# has_fresh_lists FOLDER ARCHITECTURE...: whether there are lists of these, less than half a
# day old; the mirror drops old point releases.
has_fresh_lists() {
  local folder=$1 architecture
  shift
  [[ -n "$(find "$folder/fresh" -mmin -720 2>/dev/null)" ]] || return
  for architecture in "$@"; do
    grep -qE "[=,]$architecture[], ]" "$folder/sources.list" || return
  done
}

# refresh_private_lists ARCHITECTURE...: refreshes them if they are old. Those named here
# are wanted beside amd64 and arm64.
refresh_private_lists() {
  local root codename uri keyring options architectures=(amd64 arm64 "$@")
  root=$(cache_dir)/apt
  has_fresh_lists "$root" "${architectures[@]}" && return
  mkdir -p "$root/none" "$root/lists/partial" "$root/cache/archives/partial"
  codename=$(release_codename)
  read -r uri keyring < <(system_mirror "$codename")
  [[ -n "$uri" ]] || die "apt's configuration names no mirror for $codename"
  options="arch=$(IFS=, && echo "${architectures[*]}")${keyring:+ signed-by=$keyring}"
  printf 'deb [%s] %s %s main\n' \
    "$options" "$uri" "$codename" \
    "$options" "$uri" "$codename-backports" >"$root/sources.list"
  private_apt apt-get update -qq >&2
  touch "$root/fresh"
}
