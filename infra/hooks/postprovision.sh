#!/bin/sh
# After the resources are there, before the app: puts into the vault what is not in it yet. What we sign with is drawn at random; what a payment
# provider gave is asked for, or comes in the environment. Nothing is printed, nothing is overwritten, nothing is put on a command line. Then the apps
# look for their secrets again.
set -eu
umask 077
vault=$AZURE_KEY_VAULT_NAME
file=$(mktemp)
trap 'rm -f "$file"' EXIT

# What is there is asked once, and must be answered: a question that failed would else look like a secret that is missing, and a new one would be put over
# the old. Roles take a while to count everywhere, hence the tries.
tries=0
until stored=$(az keyvault secret list --vault-name "$vault" --query '[].name' --output tsv 2>"$file"); do
  tries=$((tries + 1))
  if [ "$tries" -ge 20 ]; then
    cat "$file" >&2
    echo "$vault does not let you in. A private one needs your address in ORDERS_ALLOWED_ADDRESSES." >&2
    exit 1
  fi
  sleep 15
done

has() { printf '%s\n' "$stored" | tr -d '\r' | grep -qxF "$1"; }

store() { # name, what is in the file
  az keyvault secret set --vault-name "$vault" --name "$1" --file "$file" --encoding utf-8 --output none
  echo "$1 is in $vault."
}

draw() { # name: 32 random bytes in base64
  has "$1" && return
  openssl rand -base64 32 | tr -d '\n' >"$file"
  store "$1"
}

ask() { # name, question, value from the environment
  has "$1" && return
  value=$3
  if [ -z "$value" ] && [ -t 0 ]; then
    printf '%s: ' "$2"
    stty -echo
    read -r value
    stty echo
    echo
  fi
  if [ -z "$value" ]; then
    echo "$1 is missing: put it into $vault under that name, or set it in the environment and provision again." >&2
    exit 1
  fi
  printf '%s' "$value" >"$file"
  store "$1"
}

draw cursor-key
draw admission-key
ask payment-api-key "The payment provider's API key" "${ORDERS_PAYMENT_API_KEY:-}"
if [ "${ORDERS_PAYMENT_KIND:-stripe}" = stripe ]; then
  has payment-webhook-secret || echo "Add an endpoint at Stripe: $ORDERS_WEBHOOK_URL, with the events payment_intent.* and refund.*"
  ask payment-webhook-secret "Its signing secret (whsec_…)" "${ORDERS_PAYMENT_WEBHOOK_SECRET:-}"
elif ! has payment-webhook-secret; then
  if [ -n "${ORDERS_PAYMENT_WEBHOOK_SECRET:-}" ]; then
    printf '%s' "$ORDERS_PAYMENT_WEBHOOK_SECRET" >"$file"
  else
    # A provider that takes a secret from us: it is read from the vault by whoever sets the provider up.
    { printf 'whsec_'; openssl rand -base64 32 | tr -d '\n'; } >"$file"
  fi
  store payment-webhook-secret
fi

# The apps looked when their settings were written, before there was anything to find, and by themselves look again within a day; a restart alone need not.
apps=$(az functionapp list --subscription "$AZURE_SUBSCRIPTION_ID" --resource-group "$AZURE_RESOURCE_GROUP" --query '[].id' --output tsv | tr -d '\r')
[ -n "$apps" ] || { echo "There are no apps in $AZURE_RESOURCE_GROUP that could look for their secrets." >&2; exit 1; }
for app in $apps; do
  az rest --method post --url "https://management.azure.com$app/config/configreferences/appsettings/refresh?api-version=2022-03-01" --output none
done
echo 'The apps have looked for their secrets.'
