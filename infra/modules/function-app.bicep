// One function app on Flex Consumption: the same package everywhere; which of its functions run, its settings say.
@description('Region.')
param location string

@description('Tags; with azd-service-name on the app that azd itself deploys to.')
param tags object

@description('Name of the app.')
param name string

@description('Resource id of its plan.')
param planId string

@description('Resource id of its identity, which also reads its secrets.')
param identityId string

@description('Address of the container with its deployment package.')
param packageContainer string

@description('All its settings.')
param settings object

@description('Memory of an instance, in MB.')
@allowed([512, 2048, 4096])
param instanceMemory int

@description('The most instances that it scales to.')
@minValue(1)
@maxValue(1000)
param maxInstances int

@description('Instances of the durable functions that are always there; 0 to scale from nothing.')
param alwaysReadyDurable int

@description('Resource id of the subnet from which it calls; empty outside a network of its own.')
param subnetId string

resource app 'Microsoft.Web/sites@2024-04-01' = {
  name: name
  location: location
  tags: tags
  kind: 'functionapp,linux'
  identity: { type: 'UserAssigned', userAssignedIdentities: { '${identityId}': {} } }
  properties: {
    serverFarmId: planId
    httpsOnly: true
    keyVaultReferenceIdentity: identityId
    virtualNetworkSubnetId: empty(subnetId) ? null : subnetId
    siteConfig: { minTlsVersion: '1.2', ftpsState: 'Disabled', http20Enabled: true }
    functionAppConfig: {
      deployment: {
        storage: { type: 'blobContainer', value: packageContainer, authentication: { type: 'UserAssignedIdentity', userAssignedIdentityResourceId: identityId } }
      }
      runtime: { name: 'dotnet-isolated', version: '10.0' }
      scaleAndConcurrency: {
        instanceMemoryMB: instanceMemory
        maximumInstanceCount: maxInstances
        alwaysReady: alwaysReadyDurable == 0 ? [] : [{ name: 'durable', instanceCount: alwaysReadyDurable }]
      }
    }
  }
}

resource appSettings 'Microsoft.Web/sites/config@2024-04-01' = {
  parent: app
  name: 'appsettings'
  properties: settings
}

// Nobody publishes with a password.
resource ftp 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2024-04-01' = { parent: app, name: 'ftp', properties: { allow: false } }
resource scm 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2024-04-01' = { parent: app, name: 'scm', properties: { allow: false } }

output id string = app.id
output name string = app.name
output url string = 'https://${app.properties.defaultHostName}'
