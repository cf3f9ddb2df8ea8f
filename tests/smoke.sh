#!/usr/bin/env bash
# smoke.sh BASE_URL: drives an order through whichever host answers there, and fails when it doesn't come as far as it can.
#   local host: tokens come from /local, the simulated provider pays, the clock is moved; placed → paid → shipped → completed.
#   elsewhere, or with TOKEN, a customer's: the order is placed, read, and cancelled, for money is the provider's to move. Without TOKEN only what
#              anybody may ask is asked. SKU (tea-assam-100) must be in the catalogue and in stock.
set -euo pipefail
base=${1:?smoke.sh BASE_URL}
base=${base%/}
sku=${SKU:-tea-assam-100}
key=smoke-$(od -An -N8 -tx8 /dev/urandom | tr -d ' ')
answer=$(mktemp)
trap 'rm -f "$answer"' EXIT

fail() {
  echo "smoke: $1" >&2
  exit 1
}

call() { # status that must come, method, path, then curl's arguments; the body is left in $answer
  local expected=$1 method=$2 path=$3 status
  shift 3
  # Over an empty Redis the stock's counters are built within the first minute; until then it is 503 with Retry-After, which curl keeps to. All that is sent may be sent twice.
  status=$(curl -sS --retry 20 --retry-max-time 90 --max-time 60 -o "$answer" -w '%{http_code}' -X "$method" "$base$path" "$@") || fail "$method $path: no answer"
  [ "$status" = "$expected" ] || fail "$method $path answered $status instead of $expected: $(head -c 600 "$answer")"
}

field() { sed "s/.*\"$1\":\"\([^\"]*\)\".*/\1/" "$answer"; }
reaches() { # token, state: asks until the order is there
  for _ in $(seq "${PATIENCE:-60}"); do
    call 200 GET "/api/orders/$order" -H "Authorization: Bearer $1"
    [[ $(<"$answer") == *"\"status\":\"$2\""* ]] && { echo "smoke: $2"; return; }
    sleep 1
  done
  fail "the order is not $2 but $(field status)"
}

# An app that was just deployed takes a while for its first answer.
for _ in $(seq "${PATIENCE:-60}"); do
  curl -sf --max-time 20 -o /dev/null "$base/api/health" && break
  sleep 2
done
call 200 GET /api/health
call 200 GET /api/openapi.yaml
call 200 GET /api/catalogue
call 401 GET /api/orders
echo "smoke: $base is healthy, and asks who is there"

local=false
if [ -z "${TOKEN:-}" ] && curl -sf --max-time 20 -o /dev/null "$base/local/health"; then
  local=true
  token() {
    call 200 POST /local/tokens -H 'Content-Type: application/json' -d "{\"sub\":\"$1\",\"role\":\"$2\"}"
    field token
  }
  TOKEN=$(token smoke-buyer customer)
  merchant=$(token smoke-merchant merchant)
fi
if [ -z "${TOKEN:-}" ]; then
  echo 'smoke: no TOKEN, so no order'
  exit 0
fi

call 201 POST /api/orders -H "Authorization: Bearer $TOKEN" -H "Idempotency-Key: $key" -H 'Content-Type: application/json' -d '{
  "lines": [{"sku": "'"$sku"'", "quantity": 1}],
  "shippingAddress": {"name": "Smoke", "line1": "1 Example Street", "city": "Berlin", "postalCode": "10115", "country": "DE"}}'
order=$(field orderId)
call 201 POST /api/orders -H "Authorization: Bearer $TOKEN" -H "Idempotency-Key: $key" -H 'Content-Type: application/json' -d '{
  "lines": [{"sku": "'"$sku"'", "quantity": 1}],
  "shippingAddress": {"name": "Smoke", "line1": "1 Example Street", "city": "Berlin", "postalCode": "10115", "country": "DE"}}'
[ "$(field orderId)" = "$order" ] || fail 'the same key made a second order'
echo "smoke: order $order, once"

if [ "$local" = false ]; then
  call 200 POST "/api/orders/$order/cancel" -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' -d '{"reason": "smoke test"}'
  reaches "$TOKEN" Cancelled
  exit 0
fi

call 201 POST "/api/orders/$order/payments" -H "Authorization: Bearer $TOKEN" -H "Idempotency-Key: $key-pay" -H 'Content-Type: application/json' -d '{}'
call 200 POST "/local/payments/$(field paymentId)/settle" -H 'Content-Type: application/json' -d '{"webhook": "duplicate"}'
reaches "$TOKEN" PendingShipment
call 201 POST "/api/orders/$order/shipments" -H "Authorization: Bearer $merchant" -H "Idempotency-Key: $key-ship" -H 'Content-Type: application/json' \
  -d '{"carrier": "post", "trackingNumber": "SMOKE-1"}'
call 200 POST "/api/orders/$order/receipt" -H "Authorization: Bearer $TOKEN"
reaches "$TOKEN" Completed
