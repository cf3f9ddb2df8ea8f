using Orders.Application.Payments;

namespace Orders.Application.Tests.Payments;

/// <summary>Settings of the reconciliation that make no sense stop the start, and the message names them.</summary>
public sealed class ReconciliationPolicyTests
{
    public static TheoryData<string, ReconciliationPolicy> Senseless => new()
    {
        { "Grace", new() { Grace = TimeSpan.FromTicks(-1) } },
        { "Grace", new() { Grace = TimeSpan.FromDays(1) } },
        { "PartSize", new() { PartSize = 0 } },
        { "PartSize", new() { PartSize = 1_001 } },
        { "PartsAtOnce", new() { PartsAtOnce = 0 } },
        { "PartsAtOnce", new() { PartsAtOnce = 11 } },
        { "LookBack", new() { LookBack = TimeSpan.FromMinutes(59) } },
        { "LookBack", new() { LookBack = TimeSpan.FromHours(25) } },
        { "UnknownMoneyPatience", new() { UnknownMoneyPatience = TimeSpan.Zero } },
    };

    [Theory]
    [MemberData(nameof(Senseless))]
    public void Senseless_IsNamed(string setting, ReconciliationPolicy policy) =>
        Assert.Contains($"Reconciliation:{setting} ", Assert.Throws<InvalidOperationException>(policy.Checked).Message, StringComparison.Ordinal);

    [Fact]
    public void Bounds_AreAllowed()
    {
        foreach (var policy in new ReconciliationPolicy[]
        {
            new(),
            new() { Grace = TimeSpan.Zero, PartSize = 1, PartsAtOnce = 1, LookBack = TimeSpan.FromHours(1) },
            new() { Grace = TimeSpan.FromHours(23), PartSize = 1_000, PartsAtOnce = 10, LookBack = TimeSpan.FromDays(1) },
        })
            Assert.Same(policy, policy.Checked());
    }
}
