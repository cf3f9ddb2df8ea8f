#!/usr/bin/env bash
# How long the clock's advance takes: an idle year, and a day over 5,000 unpaid orders. Not a test: run it by hand on a quiet machine.
# Usage: advance-check.sh [orders]   (needs curl and jq, and the solution built)
set -euo pipefail
orders=${1:-5000}
root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
url=http://127.0.0.1:${PORT:-17071}
dotnet "$root/src/OrderFunctions.LocalHost/bin/Local/Debug/net10.0/OrderFunctions.LocalHost.dll" --urls "$url" --data "$work/data" >"$work/out" 2>&1 &
host=$!
trap 'kill $host 2>/dev/null || true; wait $host 2>/dev/null || true; rm -rf "$work"' EXIT
for _ in $(seq 300); do curl -sf "$url/local/health" >/dev/null && break; sleep 0.1; done

advance() { # duration: prints the answer and the seconds it took
  curl -s -w ' in %{time_total} s\n' "$url/local/clock/advance" --json "{\"by\": \"$1\"}"
}

echo "idle P365D:"; advance P365D
curl -sf -X PUT "$url/local/catalogue/check-tea" --json '{"name":"Tea","unitPrice":500,"currency":"EUR","stock":100000}' >/dev/null
token=$(curl -sf "$url/local/tokens" --json '{"sub":"checker","role":"customer"}' | jq -r .token)
body='{"lines":[{"sku":"check-tea","quantity":1}],"shippingAddress":{"name":"A","line1":"1","city":"B","postalCode":"1","country":"DE"}}'
for n in $(seq "$orders"); do
  [ "$n" -eq 1 ] || echo next
  printf 'url = "%s/api/orders"\nheader = "Authorization: Bearer %s"\nheader = "Idempotency-Key: check-%s"\njson = "%s"\noutput = /dev/null\nsilent\n' "$url" "$token" "$n" "${body//\"/\\\"}"
done >"$work/requests"
echo "placing $orders orders:"; time curl -K "$work/requests"
curl -s "$url/local/health"; echo
echo "P1D over $orders unpaid orders:"; advance P1D
curl -s "$url/local/health"; echo
curl -s "$url/local/stock/check-tea"; echo
