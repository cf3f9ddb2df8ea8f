// Azure Managed Redis: counters of stock and sales, leases, shared limits. Access keys are off.
@description('Region.')
param location string

@description('Tags of every resource.')
param tags object

@description('Name of the cluster.')
param name string

@description('Size: Balanced_B0 for trying, Balanced_B5 and up for a shop.')
param sku string

@description('Whether there is a replica. Without one a restart loses the counters, and selling stands still until they are built anew.')
param isReplicated bool

@description('Whether the cluster is reached by private endpoints only.')
param isPrivate bool

resource cluster 'Microsoft.Cache/redisEnterprise@2025-07-01' = {
  name: name
  location: location
  tags: tags
  sku: { name: sku }
  properties: {
    minimumTlsVersion: '1.2'
    highAvailability: isReplicated ? 'Enabled' : 'Disabled'
    publicNetworkAccess: isPrivate ? 'Disabled' : 'Enabled'
  }
}

// Nothing is evicted: a counter that is thrown out would sell what is not there. Keys of one call share a hash tag, so a cluster will do.
resource database 'Microsoft.Cache/redisEnterprise/databases@2025-07-01' = {
  parent: cluster
  name: 'default'
  properties: {
    accessKeysAuthentication: 'Disabled'
    clientProtocol: 'Encrypted'
    clusteringPolicy: 'OSSCluster'
    evictionPolicy: 'NoEviction'
    port: 10000
  }
}

output id string = cluster.id
output name string = cluster.name
output address string = '${cluster.properties.hostName}:${database.properties.port}'
