namespace LocalFunctions;

/// <summary>Where an isolated functions app begins.</summary>
public class FunctionsApplication
{
    /// <summary>A builder with the defaults: settings from local.settings.json, environment and command line, logs to the console.</summary>
    public static FunctionsApplicationBuilder CreateBuilder(string[] args) => new(args);
}
