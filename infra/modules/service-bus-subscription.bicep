// One subscription, as servicebus-entities.json says it. Without a filter it gets every event: the bus' own rule lets all through.
@description('Name of the namespace.')
param namespaceName string

@description('Name of the topic.')
param topicName string

@description('An entry of servicebus-entities.json.')
param subscription object

@description('What all receiving entities have in common.')
param receiving object

resource topic 'Microsoft.ServiceBus/namespaces/topics@2024-01-01' existing = {
  name: '${namespaceName}/${topicName}'
}

resource created 'Microsoft.ServiceBus/namespaces/topics/subscriptions@2024-01-01' = {
  parent: topic
  name: subscription.name
  properties: {
    requiresSession: subscription.requiresSession
    lockDuration: receiving.lockDuration
    maxDeliveryCount: receiving.maxDeliveryCount
    defaultMessageTimeToLive: receiving.defaultMessageTimeToLive
    deadLetteringOnMessageExpiration: receiving.deadLetteringOnMessageExpiration
    deadLetteringOnFilterEvaluationExceptions: true
  }
}

// Under the name of the bus' own rule, so that it takes that one's place. SQL and not a correlation filter: those that are created here compare
// text only, and the marks of coupon and sale are truth values.
resource rule 'Microsoft.ServiceBus/namespaces/topics/subscriptions/rules@2024-01-01' = if (contains(subscription, 'filter')) {
  parent: created
  name: '$Default'
  properties: { filterType: 'SqlFilter', sqlFilter: { sqlExpression: subscription.?filter ?? '1=1' } }
}
