#!/usr/bin/env bash
# Sends a message to somebody with nothing but curl, and reads the conversation.
#
#   TWOTICK_URL=http://127.0.0.1:3000 TWOTICK_USER=ana TWOTICK_PASSWORD=… examples/send.sh ben "Good morning!"
#
# Rule: the key names the message, so that running it again after a failure sends nothing twice.
set -euo pipefail

at="${TWOTICK_URL:-http://127.0.0.1:3000}/api/v1"
[ $# = 2 ] || { echo "usage: send.sh USERNAME TEXT" >&2; exit 64; }
to="$1" text="$2"
key="${KEY:-$(printf '%s' "$TWOTICK_USER $to $text" | sha256sum | cut -c1-32)}"

# A JSON string of any text.
quoted() { printf '"%s"' "$(printf '%s' "$1" | sed -e 's/\\/\\\\/g' -e 's/"/\\"/g' -e ':a;N;$!ba;s/\n/\\n/g')"; }
# A field of a JSON object that is one word or number.
field() { sed -n "s/.*\"$1\":\"\{0,1\}\([^\",}]*\).*/\1/p"; }
# What was answered; what was refused is shown and ends this.
call() { curl --silent --show-error --fail-with-body -H 'content-type: application/json' "$@"; }

access="$(call "$at/token" -d "{\"username\":$(quoted "$TWOTICK_USER"),\"password\":$(quoted "$TWOTICK_PASSWORD")}" | field access_token)"
as_me=(-H "authorization: Bearer $access")
room="$(call "${as_me[@]}" -X PUT "$at/rooms/direct/$to" | grep -o '"id":[0-9]*' | head -1 | cut -d: -f2)"
sent="$(call "${as_me[@]}" -H "idempotency-key: $key" "$at/rooms/$room/messages" -d "{\"content\":$(quoted "$text")}")"
echo "Stored at position $(field seq <<<"$sent")."
call "${as_me[@]}" "$at/rooms/$room/messages?limit=10"
