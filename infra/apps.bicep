// The function apps: one, or one per part. Each has an identity, rights, settings and a plan of its own.
import { nameOfPart, packageContainerOf } from 'names.bicep'

@description('Region.')
param location string

@description('Tags of every resource.')
param tags object

@description('Names of all resources.')
param names object

@description('The parts that are deployed as apps; order alone runs everything.')
param parts string[]

@description('Whether instances are spread over zones.')
param zoneRedundant bool

@description('Addresses of what the apps use, as services.bicep gives them.')
param addresses object

@description('Resource id of the subnet from which apps call; empty outside a network of its own.')
param subnetId string

@description('The issuer whose tokens are believed, and the audience that they must name.')
param access { issuer: string, audience: string }

@description('The payment provider: name, kind, address, the shop\'s page with Stripe\'s form.')
param payments { provider: string, kind: string, baseUrl: string, payPage: string }

@description('Regions of the database, the one that writes first.')
param regions string[]

@description('Which secret is being replaced, or none.')
param rotating 'none' | 'payment-webhook-secret' | 'admission-key'

@description('The collector to which telemetry goes over OTLP; empty for none.')
param otlpEndpoint string

@description('Memory of an instance, the most instances, instances for orchestrations that are always there.')
param scale { instanceMemory: 512 | 2048 | 4096, maxInstances: int, alwaysReadyDurable: int }

module identities 'modules/identity.bicep' = [for part in parts: {
  name: 'identity-${part}'
  params: { location: location, tags: tags, name: nameOfPart(names.identity, part) }
}]

module roles 'modules/roles.bicep' = [for (part, i) in parts: {
  name: 'roles-${part}'
  params: { principalId: identities[i].outputs.principalId, part: part, names: names }
}]

// One app after the other: Redis takes one change of its access policies at a time.
@batchSize(1)
module dataRoles 'modules/data-roles.bicep' = [for (part, i) in parts: {
  name: 'data-roles-${part}'
  params: { principalId: identities[i].outputs.principalId, cosmosName: names.cosmos, redisName: names.redis }
}]

module plans 'modules/plan.bicep' = [for part in parts: {
  name: 'plan-${part}'
  params: { location: location, tags: tags, name: '${names.plan}-${part}', isZoneRedundant: zoneRedundant }
}]

module settings 'modules/app-settings.bicep' = [for (part, i) in parts: {
  name: 'settings-${part}'
  params: {
    part: part
    isSplit: length(parts) > 1
    clientId: identities[i].outputs.clientId
    addresses: addresses
    access: access
    payments: payments
    regions: regions
    rotating: rotating
    otlpEndpoint: otlpEndpoint
  }
}]

module apps 'modules/function-app.bicep' = [for (part, i) in parts: {
  name: 'app-${part}'
  params: {
    location: location
    tags: part == 'order' ? union(tags, { 'azd-service-name': 'orders' }) : tags
    name: nameOfPart(names.app, part)
    planId: plans[i].outputs.id
    identityId: identities[i].outputs.id
    packageContainer: '${addresses.blobEndpoint}${packageContainerOf(part)}'
    settings: settings[i].outputs.settings
    instanceMemory: scale.instanceMemory
    maxInstances: scale.maxInstances
    alwaysReadyDurable: part == 'order' ? scale.alwaysReadyDurable : 0
    subnetId: subnetId
  }
  dependsOn: [roles[i], dataRoles[i]]
}]

output apps array = [for (part, i) in parts: { part: part, name: apps[i].outputs.name, url: apps[i].outputs.url }]
