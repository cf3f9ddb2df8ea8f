using System.Reflection;

namespace LocalFunctions.Hosting;

/// <summary>What only the local host understands.</summary>
public static class LocalHostBuilderExtensions
{
    /// <summary>Says how the local host runs this app.</summary>
    public static FunctionsApplicationBuilder ConfigureLocalHost(this FunctionsApplicationBuilder builder, Action<LocalFunctionsOptions> configure)
    {
        configure(builder.Options);
        return builder;
    }

    /// <summary>Looks for functions in these assemblies, and in those they refer to, instead of the entry assembly.</summary>
    public static FunctionsApplicationBuilder UseFunctionsFrom(this FunctionsApplicationBuilder builder, params IEnumerable<Assembly> assemblies)
    {
        foreach (var assembly in assemblies)
            builder.Options.Assemblies.Add(assembly);
        return builder;
    }

    /// <summary>Takes exactly the functions of these classes.</summary>
    public static FunctionsApplicationBuilder UseFunctions(this FunctionsApplicationBuilder builder, params IEnumerable<Type> classes)
    {
        foreach (var type in classes)
            builder.Options.FunctionTypes.Add(type);
        return builder;
    }
}
