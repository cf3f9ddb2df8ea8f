// The bus. Its queues, topic and subscriptions stand in servicebus-entities.json; access is by identity alone.
@description('Region.')
param location string

@description('Tags of every resource.')
param tags object

@description('Name of the namespace.')
param name string

@description('Standard, or Premium with capacity of its own and private endpoints.')
@allowed(['Standard', 'Premium'])
param sku string

@description('Messaging units of a Premium namespace.')
param capacity int

@description('Whether the namespace is reached by private endpoints only; Premium.')
param isPrivate bool

var content = loadJsonContent('../servicebus-entities.json')
var topic = content.topics[0]

resource namespace 'Microsoft.ServiceBus/namespaces@2024-01-01' = {
  name: name
  location: location
  tags: tags
  sku: sku == 'Premium' ? { name: sku, tier: sku, capacity: capacity } : { name: sku, tier: sku }
  properties: {
    disableLocalAuth: true
    minimumTlsVersion: '1.2'
    publicNetworkAccess: isPrivate ? 'Disabled' : 'Enabled'
  }
}

resource queues 'Microsoft.ServiceBus/namespaces/queues@2024-01-01' = [for queue in content.queues: {
  parent: namespace
  name: queue.name
  properties: {
    requiresSession: queue.requiresSession
    lockDuration: content.receiving.lockDuration
    maxDeliveryCount: content.receiving.maxDeliveryCount
    defaultMessageTimeToLive: content.receiving.defaultMessageTimeToLive
    deadLetteringOnMessageExpiration: content.receiving.deadLetteringOnMessageExpiration
  }
}]

resource events 'Microsoft.ServiceBus/namespaces/topics@2024-01-01' = {
  parent: namespace
  name: topic.name
  properties: { defaultMessageTimeToLive: content.receiving.defaultMessageTimeToLive, supportOrdering: true }
}

module subscriptions 'service-bus-subscription.bicep' = [for subscription in topic.subscriptions: {
  name: 'bus-${subscription.name}'
  params: { namespaceName: namespace.name, topicName: events.name, subscription: subscription, receiving: content.receiving }
}]

output id string = namespace.id
output name string = namespace.name
output host string = '${namespace.name}.servicebus.windows.net'
