#!/usr/bin/env bash
# Walks through the README as a newcomer would: starts the local host on an empty folder, runs every block marked with "walk" in one shell,
# as it stands, and checks that the order's timeline tells the whole story, the return was refunded, the sale's ticket became an order, and the
# webhook arrived; then runs the smoke test that deployed apps get too. Needs curl and the .NET SDK.
set -euo pipefail
cd "$(dirname "$0")/.."
work=$(mktemp -d)
dotnet build src/OrderFunctions.LocalHost -v q --nologo
dotnet run --no-build --project src/OrderFunctions.LocalHost -- --data "$work/data" >"$work/host.log" 2>&1 &
host=$!
trap 'kill $host 2>/dev/null || true; wait $host 2>/dev/null || true; rm -rf "$work"' EXIT

for _ in $(seq 300); do
  curl -sf http://localhost:7071/local/health >/dev/null && break
  kill -0 $host 2>/dev/null || { cat "$work/host.log"; exit 1; }
  sleep 0.2
done

awk '/^<!-- walk -->$/ {walk=1; next} walk && /^```bash$/ {on=1; next} /^```$/ {on=0; walk=0} on' README.md >"$work/walk.sh"
[ -s "$work/walk.sh" ] || { echo 'The README has no blocks to walk.'; exit 1; }
bash -euo pipefail "$work/walk.sh" | tee "$work/out"

for state in PendingPayment Paid PendingShipment Shipped Completed; do
  grep -q "\"to\":\"$state\"" "$work/out" || { echo "The timeline lacks $state."; exit 1; }
done
grep -q '"refunded":690,"kept":690' "$work/out" || { echo 'The return was not refunded.'; exit 1; }
grep -q '"status":"ordered"' "$work/out" || { echo 'The ticket of the sale did not become an order.'; exit 1; }
grep -q '"receiver":"erp"' "$work/out" || { echo 'The receiver got no webhook.'; exit 1; }
bash tests/smoke.sh http://localhost:7071
echo 'The README walks.'
