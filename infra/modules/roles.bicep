// What one app may do, on the resources themselves and no wider. Custody of keys is not among it: none exist.
@description('Object id of the identity.')
param principalId string

@description('Which part of the app it runs; only order reaches the scheduler.')
param part string

@description('Names of all resources, as names.bicep makes them.')
param names object

// Built-in roles of Azure.
var role = {
  storageBlobDataOwner: 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b'
  serviceBusDataReceiver: '4f6d3b9b-027b-4f4c-9142-0e5a2a2247e0'
  serviceBusDataSender: '69a216fc-b8fb-44d8-bc22-1f3c2cd27a39'
  durableTaskDataContributor: '0ad04412-c4d5-4796-b79c-f76d14c8d402'
  keyVaultSecretsUser: '4633458b-17de-408a-b874-0445c86b69e6'
  monitoringMetricsPublisher: '3913510d-42f4-4e42-8a64-420c390055eb'
}

resource storage 'Microsoft.Storage/storageAccounts@2024-01-01' existing = { name: names.storage }
resource bus 'Microsoft.ServiceBus/namespaces@2024-01-01' existing = { name: names.serviceBus }
resource scheduler 'Microsoft.DurableTask/schedulers@2025-11-01' existing = { name: names.scheduler }
resource vault 'Microsoft.KeyVault/vaults@2024-11-01' existing = { name: names.keyVault }
resource insights 'Microsoft.Insights/components@2020-02-02' existing = { name: names.insights }

func assignment(principalId string, role string) object => {
  principalId: principalId
  principalType: 'ServicePrincipal'
  roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role)
}

// Packages, timers' locks and the host's keys; the host needs to own what it leases.
resource blobs 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: storage
  name: guid(storage.id, principalId, role.storageBlobDataOwner)
  properties: assignment(principalId, role.storageBlobDataOwner)
}

// Receiving and sending, not managing: what that costs when many messages come at once, and how to change it, is in README.md, "Rights on the bus".
resource receives 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: bus
  name: guid(bus.id, principalId, role.serviceBusDataReceiver)
  properties: assignment(principalId, role.serviceBusDataReceiver)
}

resource sends 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: bus
  name: guid(bus.id, principalId, role.serviceBusDataSender)
  properties: assignment(principalId, role.serviceBusDataSender)
}

resource orchestrates 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (part == 'order') {
  scope: scheduler
  name: guid(scheduler.id, principalId, role.durableTaskDataContributor)
  properties: assignment(principalId, role.durableTaskDataContributor)
}

resource readsSecrets 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: vault
  name: guid(vault.id, principalId, role.keyVaultSecretsUser)
  properties: assignment(principalId, role.keyVaultSecretsUser)
}

resource reports 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: insights
  name: guid(insights.id, principalId, role.monitoringMetricsPublisher)
  properties: assignment(principalId, role.monitoringMetricsPublisher)
}
