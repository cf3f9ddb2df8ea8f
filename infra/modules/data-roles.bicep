// Rights to documents and to Redis, which keep roles of their own beside Azure's.
@description('Object id of the identity.')
param principalId string

@description('Name of the Cosmos DB account.')
param cosmosName string

@description('Name of the Redis cluster.')
param redisName string

// Reads and writes documents; neither databases nor containers.
var dataContributor = '00000000-0000-0000-0000-000000000002'

resource cosmos 'Microsoft.DocumentDB/databaseAccounts@2025-04-15' existing = { name: cosmosName }

resource redis 'Microsoft.Cache/redisEnterprise@2025-07-01' existing = {
  name: redisName

  resource database 'databases' existing = { name: 'default' }
}

resource documents 'Microsoft.DocumentDB/databaseAccounts/sqlRoleAssignments@2025-04-15' = {
  parent: cosmos
  name: guid(cosmos.id, principalId, dataContributor)
  properties: {
    principalId: principalId
    roleDefinitionId: '${cosmos.id}/sqlRoleDefinitions/${dataContributor}'
    scope: cosmos.id
  }
}

resource counters 'Microsoft.Cache/redisEnterprise/databases/accessPolicyAssignments@2025-07-01' = {
  parent: redis::database
  name: 'app${uniqueString(principalId)}'
  properties: { accessPolicyName: 'default', user: { objectId: principalId } }
}
