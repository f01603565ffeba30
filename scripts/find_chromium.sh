#!/usr/bin/env bash
# Print the path of a Chromium for the browser tests; where we are root on Debian, install one first.
set -u
found() { command -v chromium || command -v chromium-browser || command -v google-chrome || command -v google-chrome-stable; }
found && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "installing Chromium from Debian's packages …" >&2
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium; } >&2 || true
  found && exit 0
fi
echo "NO CHROMIUM: the browser tests will not run on this machine" >&2
exit 0
