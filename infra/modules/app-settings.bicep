// The settings of an app, by name as the code reads them. Secrets are references into the vault and never values.
@description('Which part it runs: with one app, order runs all.')
param part string

@description('Whether each part has an app of its own.')
param isSplit bool

@description('Client id of the app\'s identity.')
param clientId string

@description('Addresses of what it uses: storageName, cosmosEndpoint, busHost, redisAddress, schedulerEndpoint, taskHubName, vaultUri, insightsConnection.')
param addresses object

@description('The OpenID Connect issuer whose tokens are believed, and the audience that they must name.')
param access { issuer: string, audience: string }

@description('The payment provider: its name in webhooks\' addresses, its kind (stripe or standard), its address, the shop\'s page with Stripe\'s form.')
param payments { provider: string, kind: string, baseUrl: string, payPage: string }

@description('Regions of the database, the one that writes first; only that one if there is no other.')
param regions string[]

@description('Which secret is being replaced, or none: its second version is then believed beside the first.')
param rotating 'none' | 'payment-webhook-secret' | 'admission-key'

@description('The collector to which telemetry goes over OTLP; empty for none.')
param otlpEndpoint string

var groups = loadJsonContent('../function-groups.json')
var everyone = concat(groups.order, groups.payment, groups.inventory, groups.logistics, groups.user)
var others = isSplit ? filter(everyone, function => !contains(groups[part], function)) : []
var provider = 'Payments__${payments.provider}__'

func secretOf(vaultUri string, name string) string => '@Microsoft.KeyVault(SecretUri=${vaultUri}secrets/${name})'

var host = {
  AzureWebJobsStorage__accountName: addresses.storageName
  AzureWebJobsStorage__credential: 'managedidentity'
  AzureWebJobsStorage__clientId: clientId
  // The root would say that a function app is up and running; the app has a console of its own.
  AzureWebJobsDisableHomepage: 'true'
  APPLICATIONINSIGHTS_CONNECTION_STRING: addresses.insightsConnection
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${clientId};Authorization=AAD'
  DURABLE_TASK_SCHEDULER_CONNECTION_STRING: 'Endpoint=${addresses.schedulerEndpoint};Authentication=ManagedIdentity;ClientID=${clientId}'
  TASKHUB_NAME: addresses.taskHubName
  CosmosDB__accountEndpoint: addresses.cosmosEndpoint
  CosmosDB__credential: 'managedidentity'
  CosmosDB__clientId: clientId
  ServiceBus__fullyQualifiedNamespace: addresses.busHost
  ServiceBus__credential: 'managedidentity'
  ServiceBus__clientId: clientId
}

var shop = {
  Redis__host: addresses.redisAddress
  Redis__credential: 'managedidentity'
  Redis__clientId: clientId
  Access__Issuer: access.issuer
  Access__Audience: access.audience
  Access__CursorKey: secretOf(addresses.vaultUri, 'cursor-key')
  FlashSales__AdmissionKeys__0: secretOf(addresses.vaultUri, 'admission-key')
  Limits__ForwardedHops: '1'
  '${provider}ApiKey': secretOf(addresses.vaultUri, 'payment-api-key')
  '${provider}WebhookSecrets__0': secretOf(addresses.vaultUri, 'payment-webhook-secret')
}

var optional = union(
  payments.kind == 'stripe' ? { '${provider}Kind': 'stripe' } : {},
  empty(payments.baseUrl) ? {} : { '${provider}BaseUrl': payments.baseUrl },
  empty(payments.payPage) ? {} : { '${provider}PayPage': payments.payPage },
  // Reads go to the region that writes, and to the other while that is away: decisions are taken on them.
  length(regions) < 2 ? {} : { Cosmos__PreferredRegions__0: regions[0], Cosmos__PreferredRegions__1: regions[1] },
  // Only while the second one is in the vault: a reference to nothing is no key, and the app would not start.
  rotating == 'payment-webhook-secret' ? { '${provider}WebhookSecrets__1': secretOf(addresses.vaultUri, 'payment-webhook-secret-second') } : {},
  rotating == 'admission-key' ? { FlashSales__AdmissionKeys__1: secretOf(addresses.vaultUri, 'admission-key-second') } : {},
  empty(otlpEndpoint) ? {} : { OTEL_EXPORTER_OTLP_ENDPOINT: otlpEndpoint, AzureFunctionsJobHost__telemetryMode: 'OpenTelemetry' }
)

output settings object = union(host, shop, optional, toObject(others, name => 'AzureWebJobs.${name}.Disabled', name => 'true'))
