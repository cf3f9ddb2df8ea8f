namespace LocalFunctions;

/// <summary>Marks a public method as a function of the app.</summary>
[AttributeUsage(AttributeTargets.Method)]
public class FunctionAttribute : Attribute
{
    /// <param name="name">Unique in the app, ignoring case; letters, digits and underscores.</param>
    public FunctionAttribute(string name)
    {
        Name = name;
    }

    public string Name { get; }
}
