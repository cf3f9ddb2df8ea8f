// One source, two hosts. Under OrderHost=Local the Functions attributes, the durable context and the Service Bus types come from
// LocalFunctions, which declares them with the names and signatures of Microsoft's packages; GlobalUsings.Azure.cs picks Microsoft's own.
// These two files are the only place where the namespaces differ, which is why nothing else needs an #if. Orders.Workflows compiles
// the same files.
global using LocalFunctions;
global using LocalFunctions.Durable;
global using LocalFunctions.Messaging;
