#!/bin/bash
# Starts OpenSearch as the project's image does, for the lab's: settings among the variables become options, and the security
# plugin can be turned off. There are no demo certificates and no demo users to install: whoever runs it brings their own.
set -e
umask 0002
export OPENSEARCH_HOME=/usr/share/opensearch
export OPENSEARCH_PATH_CONF="$OPENSEARCH_HOME/config"
cd "$OPENSEARCH_HOME"

if [[ "$1" != opensearch && "$1" != -* ]]; then
  exec "$@"
fi
[[ "$1" == opensearch ]] && shift

options=()
while IFS='=' read -r name value; do
  if [[ "$name" =~ ^[a-z0-9_]+\.[a-z0-9_.]+$ || "$name" == processors ]]; then
    options+=("-E$name=$value")
  fi
done < <(env)
if [[ "$DISABLE_SECURITY_PLUGIN" == true ]]; then
  options+=("-Eplugins.security.disabled=true")
fi

exec bin/opensearch "${options[@]}" "$@"
