// One source, two hosts. Under OrderHost=Azure the Functions attributes, the durable context and the Service Bus types are Microsoft's
// own; GlobalUsings.Local.cs picks LocalFunctions instead, which declares the same names. These two files are the only place where the
// namespaces differ, which is why nothing else needs an #if. Orders.Workflows compiles the same files.
global using Azure.Messaging.ServiceBus;
global using DurableTask.Core.History;
global using Microsoft.Azure.Functions.Worker;
global using Microsoft.Azure.Functions.Worker.Builder;
global using Microsoft.Azure.Functions.Worker.Middleware;
global using Microsoft.Azure.Functions.Worker.OpenTelemetry;
global using Microsoft.DurableTask;
global using Microsoft.DurableTask.Client;
