// The network of a private deployment, and the services' places in it.
@description('Region.')
param location string

@description('Tags of every resource.')
param tags object

@description('Names of all resources.')
param names object

@description('The network\'s addresses, a /16 to /24 in CIDR.')
param addresses string

var endpoints = [
  { service: names.storage, type: 'Microsoft.Storage/storageAccounts', group: 'blob', zone: 'privatelink.blob.${environment().suffixes.storage}' }
  { service: names.cosmos, type: 'Microsoft.DocumentDB/databaseAccounts', group: 'Sql', zone: 'privatelink.documents.azure.com' }
  { service: names.serviceBus, type: 'Microsoft.ServiceBus/namespaces', group: 'namespace', zone: 'privatelink.servicebus.windows.net' }
  { service: names.redis, type: 'Microsoft.Cache/redisEnterprise', group: 'redisEnterprise', zone: 'privatelink.redis.azure.net' }
  { service: names.keyVault, type: 'Microsoft.KeyVault/vaults', group: 'vault', zone: 'privatelink.vaultcore.azure.net' }
]

module network 'modules/network.bicep' = {
  name: 'network'
  params: { location: location, tags: tags, name: names.network, addressSpace: addresses }
}

module privateEndpoints 'modules/private-endpoint.bicep' = [for endpoint in endpoints: {
  name: 'endpoint-${endpoint.group}'
  params: {
    location: location
    tags: tags
    serviceName: endpoint.service
    serviceId: resourceId(endpoint.type, endpoint.service)
    groupId: endpoint.group
    zone: endpoint.zone
    networkId: network.outputs.id
    subnetId: network.outputs.endpointsSubnetId
  }
}]

output appsSubnetId string = network.outputs.appsSubnetId
