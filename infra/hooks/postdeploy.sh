#!/bin/sh
# After the package is on the first app: brings it to the others of a split deployment, then looks whether the apps answer. Without TOKEN only
# what anybody may ask is asked; with a customer's token tests/smoke.sh places an order and cancels it.
set -eu

if [ "${ORDERS_SPLIT:-false}" = true ]; then
  command -v zip >/dev/null || { echo 'Bringing the package to the other apps needs zip.' >&2; exit 1; }
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  dotnet publish src/OrderFunctions --nologo -v q -o "$work/app"
  (cd "$work/app" && zip -qr ../app.zip .)
  others=$(az functionapp list --subscription "$AZURE_SUBSCRIPTION_ID" --resource-group "$AZURE_RESOURCE_GROUP" --query "[?tags.\"azd-service-name\"==null].name" --output tsv)
  for app in $others; do
    echo "Deploying to $app"
    az functionapp deployment source config-zip --subscription "$AZURE_SUBSCRIPTION_ID" --resource-group "$AZURE_RESOURCE_GROUP" --name "$app" --src "$work/app.zip" --output none
  done
fi

# Each app by itself: of a split deployment the address of one says nothing of the others. One that was just deployed takes a while for its first answer.
hosts=$(az functionapp list --subscription "$AZURE_SUBSCRIPTION_ID" --resource-group "$AZURE_RESOURCE_GROUP" --query '[].defaultHostName' --output tsv | tr -d '\r')
[ -n "$hosts" ] || { echo "There are no apps in $AZURE_RESOURCE_GROUP." >&2; exit 1; }
for host in $hosts; do
  tries=0
  until curl -sf --max-time 20 -o /dev/null "https://$host/api/health"; do
    tries=$((tries + 1))
    [ "$tries" -lt 60 ] || { echo "https://$host/api/health does not say that the app is well." >&2; exit 1; }
    sleep 2
  done
  echo "$host is well."
done

ended() { # a token: whether its time is over
  body=$(printf '%s' "$1" | cut -d. -f2 | tr '_-' '/+')
  while [ $((${#body} % 4)) -ne 0 ]; do body="$body="; done
  end=$(printf '%s' "$body" | base64 -d 2>/dev/null | sed -n 's/.*"exp" *: *\([0-9]*\).*/\1/p')
  [ -n "$end" ] && [ "$end" -lt "$(date +%s)" ]
}

# A pipeline's token ends some day, and that is no fault of what was deployed. Any other token that is not believed is one, and fails.
if [ -n "${TOKEN:-}" ] && ended "$TOKEN"; then
  echo 'TOKEN has ended, so no order is placed: give a new one (in the pipeline: the secret SMOKE_TOKEN).' >&2
  TOKEN=
fi
TOKEN=${TOKEN:-} bash tests/smoke.sh "$ORDERS_URL"
