using System.Text.Json;
using System.Text.Json.Nodes;
using LocalFunctions.Messaging.Broker;
using Orders.Application.Events;
using Orders.Application.Search;
using Orders.Application.Statistics;
using Orders.Embedded.Events;

namespace OrderFunctions.Tests.Deployment;

/// <summary>Queues, subscriptions and containers of infra are those that the code's triggers name, and the emulator has the same.</summary>
public sealed class EntitiesTests
{
    private static readonly JsonNode Bus = Repository.Json("infra/servicebus-entities.json");
    private static readonly JsonNode Topic = Bus["topics"]!.AsArray().Single()!;

    [Fact]
    public void Queues_AreThoseOfTheTriggers() => Assert.Equal(
        Repository.Triggers<ServiceBusTriggerAttribute>().Where(trigger => trigger.QueueName is not null).Select(trigger => (trigger.QueueName!, trigger.IsSessionsEnabled)).Order(),
        Bus["queues"]!.AsArray().Select(NameAndSessions!).Order());

    [Fact]
    public void Subscriptions_AreThoseOfTheTriggers()
    {
        var triggers = Repository.Triggers<ServiceBusTriggerAttribute>().Where(trigger => trigger.SubscriptionName is not null).ToList();

        Assert.Equal(
            triggers.Select(trigger => (trigger.SubscriptionName!, trigger.IsSessionsEnabled)).Order(),
            Topic["subscriptions"]!.AsArray().Select(NameAndSessions!).Order());
        Assert.All(triggers, trigger => Assert.Equal(Topic["name"]!.GetValue<string>(), trigger.TopicName));
    }

    [Fact]
    public void Filters_LetThroughWhatConsumersWant()
    {
        Assert.Equal(Sql(FinanceConsumer.Types, property: null), FilterOf(FinanceConsumer.Name));
        Assert.Equal(Sql(InventoryConsumer.Types, property: null), FilterOf(InventoryConsumer.Name));
        Assert.Equal(Sql(CouponConsumer.Types, BusEventPublisher.CouponProperty), FilterOf(CouponConsumer.Name));
        Assert.Equal(Sql(SaleConsumer.Types, BusEventPublisher.SaleProperty), FilterOf(SaleConsumer.Name));
        Assert.Equal(Sql(NotificationConsumer.Types, property: null), FilterOf(NotificationConsumer.Name));
        Assert.Equal(Sql(StatisticsConsumer.Types, property: null), FilterOf(StatisticsConsumer.Name));
        Assert.All([LifecycleConsumer.Name, SearchConsumer.Name], name => Assert.Null(FilterOf(name)));
    }

    /// <summary>The bus takes no longer one.</summary>
    [Fact]
    public void Filters_AreShortEnough() =>
        Assert.All(Topic["subscriptions"]!.AsArray(), entity => Assert.InRange(entity!["filter"]?.GetValue<string>().Length ?? 0, 0, 1_024));

    /// <summary>The local host plays what is deployed: the same deliveries, the same locks.</summary>
    [Fact]
    public void Rules_AreTheLocalHosts()
    {
        var rules = new EntityRules();
        var receiving = Bus["receiving"]!;

        Assert.Equal(rules.MaxDeliveryCount, receiving["maxDeliveryCount"]!.GetValue<int>());
        Assert.Equal(rules.LockDuration, System.Xml.XmlConvert.ToTimeSpan(receiving["lockDuration"]!.GetValue<string>()));
    }

    /// <summary>A message must not outlive the record that says it was seen.</summary>
    [Fact]
    public void Messages_LiveShorterThanTheInboxRemembers() => Assert.True(
        System.Xml.XmlConvert.ToTimeSpan(Bus["receiving"]!["defaultMessageTimeToLive"]!.GetValue<string>()) < new Orders.Application.OrderPolicy().InboxRetention);

    [Fact]
    public void Emulator_HasTheSameEntities()
    {
        var expected = JsonSerializer.Serialize(EmulatorConfig.Of(Bus), new JsonSerializerOptions { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        var made = Path.Combine(Path.GetTempPath(), "servicebus.json");
        if (JsonNode.DeepEquals(JsonNode.Parse(expected), Repository.Json("infra/emulators/servicebus.json")))
            return;
        File.WriteAllText(made, expected + "\n");
        Assert.Fail($"infra/emulators/servicebus.json is not what infra/servicebus-entities.json makes of it. That stands in {made}: copy it.");
    }

    [Fact]
    public void Containers_OfTheChangeFeed_AreThere()
    {
        var database = Repository.Json("infra/cosmos-containers.json");
        var containers = database["containers"]!.AsArray().ToDictionary(container => container!["name"]!.GetValue<string>(), container => container!["partitionKey"]!.GetValue<string>());

        Assert.All(Repository.Triggers<CosmosDBTriggerAttribute>(), feed =>
        {
            Assert.Equal(database["database"]!.GetValue<string>(), feed.DatabaseName);
            Assert.Contains(feed.ContainerName, containers.Keys);
            Assert.Equal("/id", containers[feed.LeaseContainerName!]);
        });
        Assert.Equal("/userId", containers["orders"]);
        Assert.Equal("/orderId", containers["payments"]);
        Assert.Equal("/id", containers["inbox"]);
    }

    private static (string, bool) NameAndSessions(JsonNode entity) => (entity["name"]!.GetValue<string>(), entity["requiresSession"]!.GetValue<bool>());

    private static string? FilterOf(string subscription) =>
        Topic["subscriptions"]!.AsArray().Single(entity => entity!["name"]!.GetValue<string>() == subscription)!["filter"]?.GetValue<string>();

    private static string Sql(IEnumerable<string> types, string? property) =>
        $"sys.Label IN ({string.Join(", ", types.Select(type => $"'{type}'"))})" + (property is null ? "" : $" AND {property} = TRUE");
}
