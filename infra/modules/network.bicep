// The private network: one subnet from which apps call, one where the services' private endpoints stand. All apps share the first, and each of their
// instances takes an address of it, so it is half of the network.
@description('Region.')
param location string

@description('Tags of every resource.')
param tags object

@description('Name of the network.')
param name string

@description('The network\'s addresses, a /16 to /24 in CIDR.')
param addressSpace string

var prefix = parseCidr(addressSpace).cidr

resource network 'Microsoft.Network/virtualNetworks@2024-05-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    addressSpace: { addressPrefixes: [addressSpace] }
    subnets: [
      {
        name: 'apps'
        properties: {
          addressPrefix: cidrSubnet(addressSpace, prefix + 1, 0)
          delegations: [{ name: 'apps', properties: { serviceName: 'Microsoft.App/environments' } }]
        }
      }
      {
        name: 'endpoints'
        properties: { addressPrefix: cidrSubnet(addressSpace, prefix + 2, 2), privateEndpointNetworkPolicies: 'Disabled' }
      }
    ]
  }
}

output id string = network.id
output appsSubnetId string = network.properties.subnets[0].id
output endpointsSubnetId string = network.properties.subnets[1].id
