// Every resource's name, computed here and nowhere else. A token from subscription, environment and region keeps them apart from everybody's.
@export()
@description('Names of all resources of an environment.')
func namesOf(environmentName string, token string) object => {
  resourceGroup: 'rg-${environmentName}'
  plan: 'plan-${token}'
  app: 'func-orders-${token}'
  identity: 'id-orders-${token}'
  storage: 'st${token}'
  cosmos: 'cosmos-${token}'
  serviceBus: 'sb-orders-${token}'
  redis: 'redis-${token}'
  scheduler: 'dts-${token}'
  keyVault: 'kv-${token}'
  logs: 'log-${token}'
  insights: 'appi-${token}'
  alerts: 'ag-${token}'
  workbook: 'Orders ${environmentName}'
  network: 'vnet-${token}'
}

@export()
@description('The name of one app, or of its identity: the first has the plain name, the others of a split deployment say which they are.')
func nameOfPart(name string, part string) string => part == 'order' ? name : replace(name, 'orders', part)

@export()
@description('The container with the deployment package of an app.')
func packageContainerOf(part string) string => 'package-${part}'
