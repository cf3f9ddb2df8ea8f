using OrderFunctions.LocalHost;
using OrderFunctions.LocalHost.Demo;

var (arguments, error) = LocalHostArguments.Parse(args);
if (arguments is null)
{
    await Console.Error.WriteLineAsync($"{error}\n\n{LocalHostArguments.Help}");
    return 2;
}

if (arguments.WantsHelp)
{
    Console.WriteLine(LocalHostArguments.Help);
    return 0;
}

try
{
    return arguments.Command switch
    {
        "demo" => await DemoCommand.RunAsync(arguments),
        "provider" => await ProviderCommand.RunAsync(arguments),
        _ => await ServeCommand.RunAsync(arguments),
    };
}
catch (Exception refused) when (refused is IOException or InvalidDataException)
{
    // What a user can mend: the folder or the port is taken. Anything else is a fault and shows its trace.
    await Console.Error.WriteLineAsync(refused.Message);
    return 1;
}
