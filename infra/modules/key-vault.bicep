// Secrets: of payment providers, and those that sign cursors and admissions. Rights by roles; values come from the hook after provisioning.
@description('Region.')
param location string

@description('Tags of every resource.')
param tags object

@description('Name of the vault.')
param name string

@description('Whether the vault is reached by private endpoints, and from allowedAddresses.')
param isPrivate bool

@description('Addresses (CIDR) from which people and pipelines reach a private vault.')
param allowedAddresses string[]

resource vault 'Microsoft.KeyVault/vaults@2024-11-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    tenantId: tenant().tenantId
    sku: { family: 'A', name: 'standard' }
    enableRbacAuthorization: true
    enableSoftDelete: true
    softDeleteRetentionInDays: 7
    publicNetworkAccess: isPrivate && empty(allowedAddresses) ? 'Disabled' : 'Enabled'
    networkAcls: {
      defaultAction: isPrivate ? 'Deny' : 'Allow'
      bypass: 'AzureServices'
      ipRules: map(allowedAddresses, address => { value: address })
    }
  }
}

output id string = vault.id
output name string = vault.name
output uri string = vault.properties.vaultUri
