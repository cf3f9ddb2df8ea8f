using LocalFunctions.Messaging;
using LocalFunctions.Messaging.Broker;

namespace LocalFunctions.Tests.Messaging;

public sealed class TriggerRulesTests
{
    private static readonly Dictionary<string, string?> Settings = new() { ["Queue"] = "work" };

    private static MessagingTopology Topology => new MessagingTopology()
        .Queue("work").Queue("ordered", new EntityRules { RequiresSession = true }).Topic("events").Subscription("events", "all");

    [Fact]
    public void GoodTriggers_AreAccepted()
    {
        using var host = new SteppedHost(Topology, settings: Settings);

        Assert.Empty(host.Check(new Good()));
    }

    [Fact]
    public void BadTriggers_AreRefused()
    {
        using var host = new SteppedHost(Topology, settings: Settings);

        var problems = host.Check(new Bad());

        Assert.Contains(problems, problem => problem.StartsWith("AZFW0012:", StringComparison.Ordinal));
        Assert.Equal(2, problems.Count(problem => problem.StartsWith("AZFW0008:", StringComparison.Ordinal)));
        Assert.Contains(problems, problem => problem.Contains("'nowhere' isn't declared", StringComparison.Ordinal));
        Assert.Contains(problems, problem => problem.Contains("'events/nobody' isn't declared", StringComparison.Ordinal));
        Assert.Contains(problems, problem => problem.Contains("no setting 'Missing'", StringComparison.Ordinal));
        Assert.Contains(problems, problem => problem.Contains("'ordered' requires sessions", StringComparison.Ordinal));
        Assert.Contains(problems, problem => problem.Contains("'work' has no sessions", StringComparison.Ordinal));
        Assert.Equal(8, problems.Count);
    }

    [Fact]
    public void Topology_ThatContradictsItself_IsRefused()
    {
        Assert.Throws<ArgumentException>(() => Topology.Queue("WORK"));
        Assert.Throws<ArgumentException>(() => Topology.Subscription("nothing", "a"));
        Assert.Throws<ArgumentException>(() => Topology.Subscription("events", "b", new EntityRules { DuplicateDetectionWindow = TimeSpan.FromMinutes(1) }));
        Assert.Throws<ArgumentOutOfRangeException>(() => Topology.Queue("never", new EntityRules { MaxDeliveryCount = 0 }));
    }

    private sealed class Good
    {
        [Function("BySetting")]
        public void BySetting([ServiceBusTrigger("%Queue%", Connection = "ServiceBus")] string body) => _ = body;

        [Function("Sessions")]
        public void Sessions([ServiceBusTrigger("ordered", IsSessionsEnabled = true)] ServiceBusReceivedMessage message) => _ = message;

        [Function("Topic")]
        public void Topic([ServiceBusTrigger("events", "all", IsBatched = true)] IReadOnlyList<string> bodies) => _ = bodies;
    }

    private sealed class Bad
    {
        [Function("Retried")]
        [FixedDelayRetry(3, "00:00:10")]
        public void Retried([ServiceBusTrigger("work")] string body) => _ = body;

        [Function("ManyForOne")]
        public void ManyForOne([ServiceBusTrigger("work")] string[] bodies) => _ = bodies;

        [Function("OneForMany")]
        public void OneForMany([ServiceBusTrigger("work", IsBatched = true)] string body) => _ = body;

        [Function("Unknown")]
        public void Unknown([ServiceBusTrigger("nowhere")] string body) => _ = body;

        [Function("UnknownSubscription")]
        public void UnknownSubscription([ServiceBusTrigger("events", "nobody")] string body) => _ = body;

        [Function("Unset")]
        public void Unset([ServiceBusTrigger("%Missing%")] string body) => _ = body;

        [Function("Unordered")]
        public void Unordered([ServiceBusTrigger("ordered")] string body) => _ = body;

        [Function("Ordered")]
        public void Ordered([ServiceBusTrigger("work", IsSessionsEnabled = true)] string body) => _ = body;
    }
}
