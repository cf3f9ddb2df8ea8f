// Whom alerts reach, and the alerts that alerts.json lists: by the ids of log events, by queries over logs, by metrics of the services.
@description('Region.')
param location string

@description('Tags of every resource.')
param tags object

@description('Name of the action group.')
param groupName string

@description('Who is written to; empty for nobody, then alerts only show in the portal.')
param email string

@description('Name of the Log Analytics workspace.')
param logsName string

@description('Names of all resources, as names.bicep makes them: those with metrics are looked up in it.')
param names object

var content = loadJsonContent('../alerts.json')

// The worker's event comes with its id or, through the host, with its name.
var byEvents = map(content.events, alert => union(alert, {
  query: 'AppTraces | where tostring(Properties.EventId) in (${quoted(objectKeys(alert.events))}) or tostring(Properties.EventName) in (${quoted(map(items(alert.events), event => event.value))})'
}))
var inLogs = concat(byEvents, content.queries)
var types = { serviceBus: 'Microsoft.ServiceBus/namespaces', cosmos: 'Microsoft.DocumentDB/databaseAccounts' }

func quoted(values string[]) string => join(map(values, value => '"${value}"'), ', ')

resource logs 'Microsoft.OperationalInsights/workspaces@2025-02-01' existing = { name: logsName }

resource group 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: groupName
  location: 'global'
  tags: tags
  properties: {
    groupShortName: 'orders'
    enabled: true
    emailReceivers: empty(email) ? [] : [{ name: 'people', emailAddress: email, useCommonAlertSchema: true }]
  }
}

resource logAlerts 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = [for alert in inLogs: {
  name: '${logsName}-${alert.name}'
  location: location
  tags: tags
  properties: {
    displayName: alert.title
    severity: alert.severity
    enabled: true
    scopes: [logs.id]
    evaluationFrequency: 'PT5M'
    windowSize: alert.window
    // A table that nothing was written to yet is no error.
    skipQueryValidation: true
    criteria: { allOf: [{ query: alert.query, timeAggregation: 'Count', operator: 'GreaterThan', threshold: alert.threshold }] }
    actions: { actionGroups: [group.id] }
  }
}]

resource metricAlerts 'Microsoft.Insights/metricAlerts@2018-03-01' = [for alert in content.metrics: {
  name: '${names[alert.of]}-${alert.name}'
  location: 'global'
  tags: tags
  properties: {
    description: alert.title
    severity: alert.severity
    enabled: true
    scopes: [resourceId(types[alert.of], names[alert.of])]
    evaluationFrequency: 'PT5M'
    windowSize: alert.window
    criteria: {
      'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
      allOf: [{ criterionType: 'StaticThresholdCriterion', name: alert.name, metricName: alert.metric, timeAggregation: alert.aggregation, operator: 'GreaterThan', threshold: alert.threshold, dimensions: alert.dimensions }]
    }
    actions: [{ actionGroupId: group.id }]
  }
}]
