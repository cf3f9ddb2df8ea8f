#!/bin/sh
# Before anything is created: says what is missing while it costs nothing.
set -eu

complain() {
  echo "$1" >&2
  exit 1
}

for tool in az openssl curl; do
  command -v "$tool" >/dev/null || complain "The hooks need $tool."
done
az account show >/dev/null 2>&1 || complain 'The hooks use az besides azd: az login (in a pipeline: azd config set auth.useAzCliAuth true, after the login).'

case "${ORDERS_ISSUER:-}" in
  https://*) ;;
  *) complain 'Whose tokens are to be believed? azd env set ORDERS_ISSUER https://login.microsoftonline.com/<tenant>/v2.0 (or another OpenID Connect issuer).' ;;
esac
curl -sf --max-time 20 -o /dev/null "${ORDERS_ISSUER%/}/.well-known/openid-configuration" \
  || complain "$ORDERS_ISSUER has no metadata at .well-known/openid-configuration."

case "${ORDERS_PAYMENT_KIND:-stripe}" in
  stripe)
    case "${ORDERS_PAY_PAGE:-}" in
      https://*) ;;
      *) complain "Stripe needs the shop's own page with its form: azd env set ORDERS_PAY_PAGE https://… (or, for a provider of the simulator's shape, azd env set ORDERS_PAYMENT_KIND standard)." ;;
    esac ;;
  *)
    case "${ORDERS_PAYMENT_URL:-}" in
      https://*) ;;
      *) complain "Where is the payment provider? azd env set ORDERS_PAYMENT_URL https://…" ;;
    esac ;;
esac

case "${ORDERS_PAYMENT_PROVIDER:-stripe}" in
  # No hyphen, which the app itself would take: the name is part of settings' names, and those of an app on Linux can't have one.
  *[!a-z0-9]*) complain 'ORDERS_PAYMENT_PROVIDER may have a-z and 0-9 only.' ;;
esac
case "${ORDERS_ROTATING:-none}" in
  none) ;;
  payment-webhook-secret | admission-key)
    # A pipeline's environment is new each time and learns the vault's name by provisioning, which is too late here.
    vault=${AZURE_KEY_VAULT_NAME:-$(az keyvault list --subscription "$AZURE_SUBSCRIPTION_ID" --resource-group "rg-$AZURE_ENV_NAME" --query '[0].name' --output tsv | tr -d '\r')}
    az keyvault secret show --vault-name "${vault:-none-yet}" --name "$ORDERS_ROTATING-second" --query id --output tsv >/dev/null \
      || complain "$ORDERS_ROTATING-second is not in the vault, and without it the app would not start: put it there first, or azd env set ORDERS_ROTATING none." ;;
  *) complain 'ORDERS_ROTATING may be payment-webhook-secret or admission-key, or none.' ;;
esac
if [ "${ORDERS_PRIVATE:-false}" = true ]; then
  # The hook after provisioning fills the vault from here.
  echo "${ORDERS_ALLOWED_ADDRESSES:-}" | grep -Eq '^ *[0-9]+(\.[0-9]+){3}(/[0-9]+)? *(, *[0-9]+(\.[0-9]+){3}(/[0-9]+)? *)*$' \
    || complain 'A private vault is filled from your own address: azd env set ORDERS_ALLOWED_ADDRESSES 203.0.113.7 (or 203.0.113.0/24; several with commas between).'
  [ "$(az provider show --namespace Microsoft.App --query registrationState --output tsv | tr -d '\r')" = Registered ] \
    || complain 'The network of the apps needs a provider that the subscription does not have yet: az provider register --namespace Microsoft.App --wait.'
fi
[ "${ORDERS_COSMOS_SERVERLESS:-true}" = false ] || [ -z "${ORDERS_COSMOS_READ_REGION:-}" ] \
  || complain 'A serverless database has one region: azd env set ORDERS_COSMOS_SERVERLESS false, or leave ORDERS_COSMOS_READ_REGION empty.'
