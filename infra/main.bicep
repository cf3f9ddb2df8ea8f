// All that the order system needs on Azure: `azd up` creates it, `azd down` takes it away. What is where: README.md beside this file.
targetScope = 'subscription'

import { namesOf } from 'names.bicep'

@description('Name of the azd environment; part of names and tags.')
@minLength(1)
@maxLength(40)
param environmentName string

@description('Region. Flex Consumption, Managed Redis and the durable task scheduler must be there.')
@metadata({ azd: { type: 'location' } })
param location string

@description('Object id of whoever runs azd, for putting secrets into the vault; azd fills it in.')
param principalId string = ''

@description('User, or ServicePrincipal when a pipeline runs azd; azd fills it in.')
@allowed(['User', 'ServicePrincipal'])
param principalType string = 'User'

@description('The OpenID Connect issuer of the shop: tokens must name it as iss, and its metadata must be reachable.')
param accessIssuer string

@description('What tokens must name as aud.')
param accessAudience string = 'orders'

@description('The payment provider\'s name: webhooks come to /api/payments/webhooks/<name>. 1 to 30 of a-z 0-9; no hyphen, for it is part of settings\' names.')
@minLength(1)
@maxLength(30)
param paymentProvider string = 'stripe'

@description('stripe, or standard for a provider that speaks the simulator\'s shape.')
@allowed(['stripe', 'standard'])
param paymentKind string = 'stripe'

@description('The provider\'s address; may be empty for Stripe.')
param paymentBaseUrl string = ''

@description('The shop\'s own page with Stripe\'s form; Stripe only.')
param paymentPayPage string = ''

@description('Which secret is being replaced: its second version, <name>-second in the vault, is then believed beside the first.')
@allowed(['none', 'payment-webhook-secret', 'admission-key'])
param rotating string = 'none'

@description('The collector to which the app sends traces, figures and logs over OTLP; empty for none. Its logs then reach Application Insights, and alerts, through the collector alone.')
param otlpEndpoint string = ''

@description('Whether each part (order, payment, inventory, logistics, user) is an app of its own instead of one app for all.')
param splitApps bool = false

@description('Memory of an instance, in MB.')
@allowed([512, 2048, 4096])
param instanceMemory int = 2048

@description('The most instances of an app.')
@minValue(1)
@maxValue(1000)
param maxInstances int = 100

@description('Instances for orchestrations that are always there; 0 to scale from nothing.')
@minValue(0)
param alwaysReadyDurable int = 0

@description('Whether storage and database are spread over zones, where the region has them.')
param zoneRedundant bool = false

@description('Whether apps are spread over zones. The plan then keeps two instances of each function or group that scales by itself, always and paid.')
param zoneRedundantApps bool = false

@description('Whether the database is paid per request instead of by autoscale. Cannot be changed later; no second region.')
param cosmosServerless bool = true

@description('Upper end of autoscale: request units a second, of each busy container and of the rest together.')
@minValue(1000)
param cosmosMaxThroughput int = 1000

@description('A second region with a copy of the documents, read while the first is away; empty for none.')
param cosmosReadRegion string = ''

@description('Standard, or Premium with capacity of its own. Private networking takes Premium in any case.')
@allowed(['Standard', 'Premium'])
param serviceBusSku string = 'Standard'

@description('Messaging units of a Premium bus.')
@allowed([1, 2, 4, 8, 16])
param serviceBusCapacity int = 1

@description('Size of Redis.')
@allowed(['Balanced_B0', 'Balanced_B1', 'Balanced_B3', 'Balanced_B5', 'Balanced_B10', 'Balanced_B20', 'Balanced_B50', 'Balanced_B100'])
param redisSku string = 'Balanced_B0'

@description('Whether Redis has a replica.')
param redisReplicated bool = true

@description('Consumption, or Dedicated from about five hundred actions a second.')
@allowed(['Consumption', 'Dedicated'])
param schedulerSku string = 'Consumption'

@description('Capacity units of a Dedicated scheduler.')
@minValue(1)
param schedulerCapacity int = 1

@description('Addresses (CIDR) that may connect to the scheduler; they need a role besides. Empty would let nobody in.')
@minLength(1)
param schedulerAllowlist string[] = ['0.0.0.0/0']

@description('Whether storage, database, bus, Redis and vault are reached by private endpoints only. The apps\' own addresses, the scheduler and Application Insights stay public.')
param privateNetworking bool = false

@description('The private network\'s addresses, a /16 to /24 in CIDR. Half of them are the apps\': an instance takes one.')
param networkAddresses string = '10.70.0.0/24'

@description('Public addresses (IPv4, or CIDR) from which people and pipelines reach the vault of a private network, with commas between them.')
param allowedAddresses string = ''

@description('Who is told of alerts; empty for nobody.')
param alertEmail string = ''

@description('How long logs are kept, in days.')
@minValue(30)
@maxValue(730)
param logRetentionDays int = 30

var token = toLower(uniqueString(subscription().id, environmentName, location))
var names = namesOf(environmentName, token)
var parts = splitApps ? ['order', 'payment', 'inventory', 'logistics', 'user'] : ['order']
var readRegion = cosmosServerless ? '' : cosmosReadRegion
var tags = { 'azd-env-name': environmentName }

resource resourceGroup 'Microsoft.Resources/resourceGroups@2024-03-01' = {
  name: names.resourceGroup
  location: location
  tags: tags
}

module services 'services.bicep' = {
  name: 'services'
  scope: resourceGroup
  params: {
    location: location
    tags: tags
    names: names
    parts: parts
    zoneRedundant: zoneRedundant
    cosmos: { serverless: cosmosServerless, maxThroughput: cosmosMaxThroughput, readRegion: readRegion }
    bus: { sku: privateNetworking ? 'Premium' : serviceBusSku, capacity: serviceBusCapacity }
    redis: { sku: redisSku, replicated: redisReplicated }
    scheduler: { sku: schedulerSku, capacity: schedulerCapacity, allowlist: schedulerAllowlist }
    network: { isPrivate: privateNetworking, allowed: map(filter(split(allowedAddresses, ','), address => !empty(trim(address))), address => trim(address)) }
    logRetentionDays: logRetentionDays
    deployer: { principalId: principalId, principalType: principalType }
  }
}

module privateNetwork 'private-network.bicep' = if (privateNetworking) {
  name: 'private-network'
  scope: resourceGroup
  params: { location: location, tags: tags, names: names, addresses: networkAddresses }
  dependsOn: [services]
}

module alerts 'modules/alerts.bicep' = {
  name: 'alerts'
  scope: resourceGroup
  params: { location: location, tags: tags, groupName: names.alerts, email: alertEmail, logsName: names.logs, names: names }
  dependsOn: [services]
}

module workbook 'modules/workbook.bicep' = {
  name: 'workbook'
  scope: resourceGroup
  params: { location: location, tags: tags, title: names.workbook, logsId: services.outputs.logsId }
}

module apps 'apps.bicep' = {
  name: 'apps'
  scope: resourceGroup
  params: {
    location: location
    tags: tags
    names: names
    parts: parts
    zoneRedundant: zoneRedundantApps
    addresses: services.outputs.addresses
    subnetId: privateNetworking ? privateNetwork!.outputs.appsSubnetId : ''
    access: { issuer: accessIssuer, audience: accessAudience }
    payments: { provider: paymentProvider, kind: paymentKind, baseUrl: paymentBaseUrl, payPage: paymentPayPage }
    regions: empty(readRegion) ? [location] : [location, readRegion]
    rotating: rotating
    otlpEndpoint: otlpEndpoint
    scale: { instanceMemory: instanceMemory, maxInstances: maxInstances, alwaysReadyDurable: alwaysReadyDurable }
  }
}

output AZURE_LOCATION string = location
output AZURE_RESOURCE_GROUP string = names.resourceGroup
output AZURE_KEY_VAULT_NAME string = names.keyVault
output ORDERS_URL string = apps.outputs.apps[0].url
output ORDERS_APPS array = apps.outputs.apps
output ORDERS_WEBHOOK_URL string = '${apps.outputs.apps[splitApps ? 1 : 0].url}/api/payments/webhooks/${paymentProvider}'
