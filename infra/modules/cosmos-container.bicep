// One container, as cosmos-containers.json says it.
@description('Name of the account.')
param accountName string

@description('Name of the database.')
param databaseName string

@description('An entry of cosmos-containers.json.')
param container object

@description('The most that it may use if it has throughput of its own: request units a second; 0 in a serverless account.')
param maxThroughput int

var indexed = container.indexed
var composite = container.?composite ?? []

// What has an empty list is only read by its id: no index is written at all.
var indexing = empty(indexed) ? { indexingMode: 'none', automatic: false } : {
  indexingMode: 'consistent'
  automatic: true
  includedPaths: map(indexed, path => { path: path })
  excludedPaths: contains(indexed, '/*') ? [] : [{ path: '/*' }]
  compositeIndexes: map(composite, keys => map(keys, key => {
    path: startsWith(key, '-') ? substring(key, 1) : key
    order: startsWith(key, '-') ? 'descending' : 'ascending'
  }))
}

resource database 'Microsoft.DocumentDB/databaseAccounts/sqlDatabases@2025-04-15' existing = {
  name: '${accountName}/${databaseName}'
}

resource created 'Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers@2025-04-15' = {
  parent: database
  name: container.name
  properties: {
    resource: union(
      { id: container.name, partitionKey: { paths: [container.partitionKey], kind: 'Hash', version: 2 }, indexingPolicy: indexing },
      contains(container, 'ttl') ? { defaultTtl: container.ttl } : {}
    )
    options: maxThroughput > 0 && (container.?dedicated ?? false) ? { autoscaleSettings: { maxThroughput: maxThroughput } } : {}
  }
}
