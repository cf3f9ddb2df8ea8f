namespace LocalFunctions;

/// <summary>One invocation of a function, as its middleware and the function itself see it.</summary>
public abstract class FunctionContext
{
    /// <summary>Unique per invocation.</summary>
    public abstract string InvocationId { get; }

    /// <summary>The same for all invocations of a function.</summary>
    public abstract string FunctionId { get; }

    /// <summary>The services of this invocation's scope.</summary>
    public abstract IServiceProvider InstanceServices { get; set; }

    public abstract FunctionDefinition FunctionDefinition { get; }

    /// <summary>What the parts of one invocation hand to each other.</summary>
    public abstract IDictionary<object, object> Items { get; set; }

    public abstract IInvocationFeatures Features { get; }

    /// <summary>Cancelled when the host stops or the caller went away.</summary>
    public virtual CancellationToken CancellationToken { get; } = CancellationToken.None;
}

/// <summary>What is the same for all invocations of a function.</summary>
public abstract class FunctionDefinition
{
    /// <summary>Path of the assembly that holds the method.</summary>
    public abstract string PathToAssembly { get; }

    /// <summary><c>Namespace.Class.Method</c>.</summary>
    public abstract string EntryPoint { get; }

    public abstract string Id { get; }

    public abstract string Name { get; }
}

/// <summary>Typed extras of one invocation.</summary>
public interface IInvocationFeatures : IEnumerable<KeyValuePair<Type, object>>
{
    void Set<T>(T instance);

    T? Get<T>();
}
