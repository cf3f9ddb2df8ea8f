// The dashboard: workbook.json, over the workspace.
@description('Region.')
param location string

@description('Tags of every resource.')
param tags object

@description('What it is called in the portal.')
param title string

@description('Resource id of the Log Analytics workspace.')
param logsId string

resource workbook 'Microsoft.Insights/workbooks@2023-06-01' = {
  name: guid(resourceGroup().id, 'orders')
  location: location
  tags: tags
  kind: 'shared'
  properties: {
    displayName: title
    category: 'workbook'
    sourceId: logsId
    serializedData: string(union(loadJsonContent('../workbook.json'), { fallbackResourceIds: [logsId] }))
  }
}
