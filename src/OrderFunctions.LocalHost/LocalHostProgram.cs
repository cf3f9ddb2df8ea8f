using System.Net.Sockets;
using LocalFunctions.Hosting;
using Microsoft.Data.Sqlite;
using OrderFunctions.LocalHost.Demo;

namespace OrderFunctions.LocalHost;

/// <summary>The local host as a program: reads its command line, runs the command, and says in words what its user can mend.</summary>
public static class LocalHostProgram
{
    private const int WrongArguments = 2;
    private const int Failed = 1;

    /// <param name="args">The command line.</param>
    /// <param name="output">For people.</param>
    /// <param name="error">For what went wrong.</param>
    /// <param name="stopping">Ends what would go on until Ctrl-C.</param>
    /// <returns>The exit code: 0, or 1 if it failed, or 2 if the arguments are wrong.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> args, TextWriter output, TextWriter error, CancellationToken stopping = default)
    {
        var (arguments, wrong) = LocalHostArguments.Parse(args);
        if (arguments is null)
        {
            await error.WriteLineAsync($"{wrong}\n\n{LocalHostArguments.Help}");
            return WrongArguments;
        }

        if (arguments.WantsHelp)
        {
            await output.WriteLineAsync(LocalHostArguments.Help);
            return 0;
        }

        try
        {
            return arguments.Command switch
            {
                "demo" => await DemoCommand.RunAsync(arguments, output, error),
                "issuer" => await IssuerCommand.RunAsync(arguments, output, stopping),
                "provider" => await ProviderCommand.RunAsync(arguments, output, stopping),
                _ => await ServeCommand.RunAsync(arguments, output, stopping),
            };
        }
        catch (Exception refused) when (refused is IOException or InvalidDataException or UnauthorizedAccessException or FunctionsStartException)
        {
            // What a user can mend: the folder or the port can't be had. Anything else is a fault and shows its trace.
            await error.WriteLineAsync(refused.Message);
            return Failed;
        }
        catch (SocketException refused)
        {
            await error.WriteLineAsync($"Can't listen on {arguments.Listen?.Urls ?? "the default address"}: {refused.Message}.");
            return Failed;
        }
        catch (SqliteException refused)
        {
            await error.WriteLineAsync($"The data in {Path.GetFullPath(arguments.DataDirectory)} can't be used: {refused.Message}");
            return Failed;
        }
    }
}
