using Xunit.Abstractions;
using Xunit.Sdk;

namespace Orders.Contracts.Tests;

/// <summary>
/// What <c>[Fact]</c> means in this project: a test whose class is marked <see cref="NeedsRedisAttribute"/> is skipped, with the reason, where there is
/// no <c>redis-server</c>, and one that is marked <see cref="NeedsAzuriteAttribute"/> where there is no Azurite. The facts of a contract are inherited by all its subjects, so it is the class that says what it needs.
/// </summary>
[XunitTestCaseDiscoverer("Orders.Contracts.Tests.FactsOfTheirClass", "Orders.Contracts.Tests")]
[AttributeUsage(AttributeTargets.Method)]
public sealed class FactAttribute : Xunit.FactAttribute;

/// <inheritdoc cref="FactAttribute"/>
[XunitTestCaseDiscoverer("Orders.Contracts.Tests.TheoriesOfTheirClass", "Orders.Contracts.Tests")]
[AttributeUsage(AttributeTargets.Method)]
public sealed class TheoryAttribute : Xunit.TheoryAttribute;

/// <summary>The class runs a real <c>redis-server</c>.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class NeedsRedisAttribute : Attribute;

/// <summary>The class runs Azurite, the public emulator of Blob storage.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class NeedsAzuriteAttribute : Attribute;

internal static class Needs
{
    public static string? ReasonToSkip(ITestMethod method) =>
        Has<NeedsRedisAttribute>(method) && Redis.RedisServer.ReasonToSkip is { } noRedis ? noRedis
        : Has<NeedsAzuriteAttribute>(method) ? Blobs.AzuriteServer.ReasonToSkip
        : null;

    public static IXunitTestCase Skipped(IMessageSink sink, ITestFrameworkDiscoveryOptions options, ITestMethod method, string reason) =>
        new XunitSkippedDataRowTestCase(sink, options.MethodDisplayOrDefault(), options.MethodDisplayOptionsOrDefault(), method, reason, null);

    private static bool Has<T>(ITestMethod method) => method.TestClass.Class.GetCustomAttributes(typeof(T)).Any();
}

public sealed class FactsOfTheirClass(IMessageSink sink) : FactDiscoverer(sink)
{
    protected override IXunitTestCase CreateTestCase(ITestFrameworkDiscoveryOptions options, ITestMethod method, IAttributeInfo fact) =>
        Needs.ReasonToSkip(method) is { } reason
            ? Needs.Skipped(DiagnosticMessageSink, options, method, reason)
            : base.CreateTestCase(options, method, fact);
}

public sealed class TheoriesOfTheirClass(IMessageSink sink) : TheoryDiscoverer(sink)
{
    public override IEnumerable<IXunitTestCase> Discover(ITestFrameworkDiscoveryOptions options, ITestMethod method, IAttributeInfo theory) =>
        Needs.ReasonToSkip(method) is { } reason
            ? [Needs.Skipped(DiagnosticMessageSink, options, method, reason)] // what the base makes for a skip reads the reason from the attribute, and runs
            : base.Discover(options, method, theory);
}
