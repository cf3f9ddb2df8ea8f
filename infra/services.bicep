// What the apps use, and who may reach it from where. The apps themselves are apps.bicep.
@description('Region.')
param location string

@description('Tags of every resource.')
param tags object

@description('Names of all resources.')
param names object

@description('The parts that are deployed as apps.')
param parts string[]

@description('Whether storage and database are spread over zones.')
param zoneRedundant bool

@description('The database: serverless or not, its throughput, a region for reading.')
param cosmos { serverless: bool, maxThroughput: int, readRegion: string }

@description('The bus: Standard or Premium, messaging units.')
param bus { sku: 'Standard' | 'Premium', capacity: int }

@description('Redis: its size, with a replica or without.')
param redis { sku: string, replicated: bool }

@description('The durable task scheduler: kind, capacity, who may connect.')
param scheduler { sku: 'Consumption' | 'Dedicated', capacity: int, allowlist: string[] }

@description('Whether services are reached by private endpoints only, and who reaches the vault from outside.')
param network { isPrivate: bool, allowed: string[] }

@description('How long logs are kept, in days.')
param logRetentionDays int

@description('Whoever runs azd.')
param deployer { principalId: string, principalType: 'User' | 'ServicePrincipal' }

module monitoring 'modules/monitoring.bicep' = {
  name: 'monitoring'
  params: { location: location, tags: tags, logsName: names.logs, insightsName: names.insights, retentionDays: logRetentionDays }
}

module storage 'modules/storage.bicep' = {
  name: 'storage'
  params: { location: location, tags: tags, name: names.storage, parts: parts, isPrivate: network.isPrivate, isZoneRedundant: zoneRedundant }
}

module database 'modules/cosmos.bicep' = {
  name: 'cosmos'
  params: {
    location: location
    tags: tags
    name: names.cosmos
    isServerless: cosmos.serverless
    maxThroughput: cosmos.maxThroughput
    isZoneRedundant: zoneRedundant
    readRegion: cosmos.readRegion
    isPrivate: network.isPrivate
  }
}

module serviceBus 'modules/service-bus.bicep' = {
  name: 'service-bus'
  params: { location: location, tags: tags, name: names.serviceBus, sku: bus.sku, capacity: bus.capacity, isPrivate: network.isPrivate }
}

module counters 'modules/redis.bicep' = {
  name: 'redis'
  params: { location: location, tags: tags, name: names.redis, sku: redis.sku, isReplicated: redis.replicated, isPrivate: network.isPrivate }
}

module orchestrations 'modules/scheduler.bicep' = {
  name: 'scheduler'
  params: {
    location: location
    tags: tags
    name: names.scheduler
    taskHubName: 'orders'
    sku: scheduler.sku
    capacity: scheduler.capacity
    ipAllowlist: scheduler.allowlist
  }
}

module vault 'modules/key-vault.bicep' = {
  name: 'key-vault'
  params: { location: location, tags: tags, name: names.keyVault, isPrivate: network.isPrivate, allowedAddresses: network.allowed }
}

module deployerRoles 'modules/deployer-roles.bicep' = if (!empty(deployer.principalId)) {
  name: 'deployer-roles'
  params: {
    principalId: deployer.principalId
    principalType: deployer.principalType
    keyVaultName: vault.outputs.name
    schedulerName: orchestrations.outputs.name
  }
}

output logsId string = monitoring.outputs.logsId
output addresses object = {
  storageName: storage.outputs.name
  blobEndpoint: storage.outputs.blobEndpoint
  cosmosEndpoint: database.outputs.endpoint
  busHost: serviceBus.outputs.host
  redisAddress: counters.outputs.address
  schedulerEndpoint: orchestrations.outputs.endpoint
  taskHubName: orchestrations.outputs.taskHubName
  vaultUri: vault.outputs.uri
  insightsConnection: monitoring.outputs.connectionString
}
