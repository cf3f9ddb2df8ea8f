using System.Reflection;
using System.Text.Json.Nodes;
using Orders.Application.Events;

namespace OrderFunctions.Tests.Contract;

/// <summary>The catalogue of events and the code say the same.</summary>
public sealed class EventCatalogueTests
{
    private const string Topic = "order-events";

    /// <summary>What the bus does not pass over by type.</summary>
    private static readonly IReadOnlyList<string> All = EventTypes.All;

    private static readonly EventCatalogue Catalogue = EventCatalogue.Read();

    [Fact]
    public void Messages_AreTheTypesOfTheCode()
    {
        Assert.Equal(All.Order(StringComparer.Ordinal), Catalogue.Messages.Select(message => message.Type).Order(StringComparer.Ordinal));
        Assert.Equal(All.Order(StringComparer.Ordinal), Catalogue.Topic.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Subscriptions_AreThoseOfTheFunctions_WithTheTypesThatTheyAreLetThrough()
    {
        foreach (var subscription in SubscriptionsOfTheFunctions())
        {
            Assert.True(Catalogue.Subscriptions.TryGetValue(subscription, out var types), $"The catalogue says nothing of the subscription {subscription}.");
            Assert.Equal(TypesOf(subscription).Order(StringComparer.Ordinal), types.Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public void Examples_AreEventsThatTheCodeReads() => Assert.All(Catalogue.Messages, message =>
    {
        Assert.Empty(Catalogue.ErrorsOf(message.Example));
        var read = OrderEventEnvelope.Parse(message.Example.ToJsonString());
        Assert.Equal(
            (message.Type, read.Data.OrderId.Value, $"{read.Data.OrderId}-{read.Sequence}", read.Data.UpdatedAt),
            (read.Type, read.Subject, read.Id, read.Time));
        Assert.Equal(read.Sequence, read.Data.Version.ToString(System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(message.Type.StartsWith("order.case-", StringComparison.Ordinal), read.Data.Case is not null);
    });

    [Fact]
    public async Task EventsOfPlayedLives_HaveTheFormOfTheCatalogue()
    {
        var bodies = await PlayedEvents.PlayAsync();

        Assert.Empty(bodies.SelectMany(body => Catalogue.ErrorsOf(JsonNode.Parse(body)).Select(error => $"{error} in {body}")));
        var types = bodies.Select(body => JsonNode.Parse(body)!["type"]!.GetValue<string>()).ToHashSet();
        Assert.True(types.Count >= 22, $"Only these were played: {string.Join(", ", types.Order())}");
    }

    /// <summary>Negative control: a field that the catalogue does not know is seen, and one that is missing.</summary>
    [Fact]
    public void AnEventOfAnotherForm_IsSeen()
    {
        var more = Catalogue.Messages[0].Example.DeepClone();
        more["data"]!["shippingAddress"] = "somewhere";
        var less = Catalogue.Messages[0].Example.DeepClone();
        less["data"]!.AsObject().Remove("totals");

        Assert.NotEmpty(Catalogue.ErrorsOf(more));
        Assert.NotEmpty(Catalogue.ErrorsOf(less));
    }

    private static IEnumerable<string> SubscriptionsOfTheFunctions() =>
        from type in typeof(Composition).Assembly.GetTypes()
        from method in type.GetMethods()
        from parameter in method.GetParameters()
        from attribute in parameter.GetCustomAttributesData()
        where attribute.AttributeType.Name == "ServiceBusTriggerAttribute" && attribute.ConstructorArguments is [{ Value: Topic }, _]
        select (string)attribute.ConstructorArguments[1].Value!;

    /// <summary>A consumer that names its types is let through no others.</summary>
    private static IReadOnlyList<string> TypesOf(string subscription) => (
        from type in typeof(EventTypes).Assembly.GetExportedTypes()
        where type.Name.EndsWith("Consumer", StringComparison.Ordinal) && (string?)type.GetField("Name")?.GetValue(null) == subscription
        select (IReadOnlyList<string>?)type.GetField("Types", BindingFlags.Public | BindingFlags.Static)?.GetValue(null)).Single() ?? All;
}
