using System.Reflection;
using OrderFunctions.Tests.Deployment;
using Orders.Workflows;

namespace OrderFunctions.Tests.Lifecycle;

/// <summary>
/// Orchestrators call activities by names that stand in histories; the functions are in another assembly, where the analyzer of the durable SDK can't look
/// (DURABLE2003). A name without its function would be found by the first order that comes so far.
/// </summary>
public sealed class ActivityNamesTests
{
    [Fact]
    public void Activity_OfTheWorkflows_IsAFunctionOfTheApp() => Assert.Equal(Named(), Functions());

    private static IEnumerable<string> Named() => typeof(OrderActivities).Assembly.GetTypes()
        .Where(type => type is { IsAbstract: true, IsSealed: true } && type.Name.EndsWith("Activities", StringComparison.Ordinal))
        .SelectMany(type => type.GetFields(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static))
        .Where(field => field.IsLiteral)
        .Select(field => (string)field.GetRawConstantValue()!)
        .Order(StringComparer.Ordinal);

    private static IEnumerable<string> Functions() => Repository.Functions
        .Where(function => Array.Exists(function.Value.GetParameters(), parameter => parameter.IsDefined(typeof(ActivityTriggerAttribute))))
        .Select(function => function.Key)
        .Order(StringComparer.Ordinal);
}
