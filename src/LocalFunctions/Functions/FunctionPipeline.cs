namespace LocalFunctions.Functions;

/// <summary>The app's middleware, outermost first, with the function itself at the end.</summary>
internal sealed class FunctionPipeline
{
    private readonly List<Func<FunctionExecutionDelegate, FunctionExecutionDelegate>> middleware = [];
    private FunctionExecutionDelegate? entry;

    public void Use(Func<FunctionExecutionDelegate, FunctionExecutionDelegate> part) => middleware.Add(part);

    public FunctionExecutionDelegate Entry => entry ??= Compose();

    private FunctionExecutionDelegate Compose()
    {
        FunctionExecutionDelegate rest = static context => context is Invocation invocation
            ? invocation.Plan.RunAsync(invocation)
            : throw new InvalidOperationException("A middleware handed on a context of its own; hand on the one it was given.");
        for (var i = middleware.Count - 1; i >= 0; i--)
            rest = middleware[i](rest);
        return rest;
    }
}
