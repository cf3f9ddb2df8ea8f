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
  others=$(az functionapp list --resource-group "$AZURE_RESOURCE_GROUP" --query "[?tags.\"azd-service-name\"==null].name" --output tsv)
  for app in $others; do
    echo "Deploying to $app"
    az functionapp deployment source config-zip --resource-group "$AZURE_RESOURCE_GROUP" --name "$app" --src "$work/app.zip" --output none
  done
fi

bash tests/smoke.sh "$ORDERS_URL"
