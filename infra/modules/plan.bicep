// A Flex Consumption plan: paid by use, and each app has its own.
@description('Region.')
param location string

@description('Tags of every resource.')
param tags object

@description('Name of the plan.')
param name string

@description('Whether instances are spread over zones.')
param isZoneRedundant bool

resource plan 'Microsoft.Web/serverfarms@2024-04-01' = {
  name: name
  location: location
  tags: tags
  kind: 'functionapp'
  sku: { tier: 'FlexConsumption', name: 'FC1' }
  properties: { reserved: true, zoneRedundant: isZoneRedundant }
}

output id string = plan.id
