// The database. What is in it stands in cosmos-containers.json; keys are off, so only identities get in.
@description('Region.')
param location string

@description('Tags of every resource.')
param tags object

@description('Name of the account.')
param name string

@description('Whether requests are paid one by one. Cannot be changed later, and knows no second region.')
param isServerless bool

@description('The most that each container with throughput of its own, and all others together, may use: request units a second.')
param maxThroughput int

@description('Whether replicas are spread over zones.')
param isZoneRedundant bool

@description('A second region with a copy, which takes over when the first is lost; empty for none.')
param readRegion string

@description('Whether the account is reached by private endpoints only.')
param isPrivate bool

var content = loadJsonContent('../cosmos-containers.json')
var regions = empty(readRegion) ? [location] : [location, readRegion]
var capabilities = isServerless ? [{ name: 'EnableServerless' }] : []

resource account 'Microsoft.DocumentDB/databaseAccounts@2025-04-15' = {
  name: name
  location: location
  tags: tags
  kind: 'GlobalDocumentDB'
  properties: {
    databaseAccountOfferType: 'Standard'
    disableLocalAuth: true
    disableKeyBasedMetadataWriteAccess: true
    minimalTlsVersion: 'Tls12'
    publicNetworkAccess: isPrivate ? 'Disabled' : 'Enabled'
    enableAutomaticFailover: !empty(readRegion)
    // Within the region that writes, a read then sees every write, whoever made it: decisions about stock and money are taken on such reads.
    consistencyPolicy: { defaultConsistencyLevel: 'BoundedStaleness', maxIntervalInSeconds: 300, maxStalenessPrefix: 100000 }
    backupPolicy: { type: 'Continuous', continuousModeProperties: { tier: 'Continuous7Days' } }
    capabilities: capabilities
    locations: [for (region, i) in regions: { locationName: region, failoverPriority: i, isZoneRedundant: isZoneRedundant }]
  }
}

resource database 'Microsoft.DocumentDB/databaseAccounts/sqlDatabases@2025-04-15' = {
  parent: account
  name: content.database
  properties: {
    resource: { id: content.database }
    options: isServerless ? {} : { autoscaleSettings: { maxThroughput: maxThroughput } }
  }
}

// One after the other: an account takes few changes at a time.
@batchSize(1)
module containers 'cosmos-container.bicep' = [for container in content.containers: {
  name: 'cosmos-${container.name}'
  params: {
    accountName: account.name
    databaseName: database.name
    container: container
    maxThroughput: isServerless ? 0 : maxThroughput
  }
}]

output id string = account.id
output name string = account.name
output endpoint string = account.properties.documentEndpoint
