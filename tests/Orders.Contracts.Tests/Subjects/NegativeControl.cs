using Xunit.Sdk;

namespace Orders.Contracts.Tests.Subjects;

/// <summary>Shows that a contract's test can fail: it is run on an adapter that breaks the promise.</summary>
internal static class NegativeControl
{
    public static async Task IsFoundByAsync(Func<Task> test) => Assert.IsAssignableFrom<XunitException>(await Record.ExceptionAsync(test));
}
