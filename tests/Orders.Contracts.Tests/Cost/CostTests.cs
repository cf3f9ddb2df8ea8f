using Microsoft.Extensions.DependencyInjection;
using Orders.Application.Checkout;
using Orders.Application.Events;
using Orders.Application.Payments;
using Orders.Application.Statistics;
using Orders.Application.Stock;
using Orders.Contracts.Tests.Subjects;
using Orders.Workflows;
using Xunit.Abstractions;

namespace Orders.Contracts.Tests.Cost;

/// <summary>What an order costs on Azure, counted through the adapters that it has there, and held against a budget.</summary>
[NeedsRedis]
[Collection(Budget.Collection)]
public sealed class CostTests(ITestOutputHelper output)
{
    private static readonly bool IsWriting = Environment.GetEnvironmentVariable("UPDATE_DOCS") == "1";

    [Fact]
    public async Task Lives_CostWhatTheirBudgetSays()
    {
        await using var shop = await ShopOnAzure.OpenAsync();
        var receipts = await Lives.QuietAsync(shop);
        foreach (var (piece, receipt) in (await Lives.BusyAsync(shop)).Concat(await Lives.OthersAsync(shop)))
            receipts.Add(piece, receipt);
        Check(receipts, bySchedule: false);

        // What was counted is what infra's subscriptions let through: the local topology, which delivered, has filters of its own.
        Assert.Equal(
            shop.Copies.Where(entity => entity.Value > 0).OrderBy(entity => entity.Key, StringComparer.Ordinal),
            ShopOnAzure.EntityOf.Select(function => KeyValuePair.Create(function.Value, shop.Executions.GetValueOrDefault(function.Key)))
                .Where(entity => entity.Value > 0).OrderBy(entity => entity.Key, StringComparer.Ordinal));
        Assert.DoesNotContain(shop.Cosmos.Answered, answered => answered.Status is 400 or 429 or >= 500);
    }

    [Fact]
    public async Task WhatRunsBySchedule_CostsWhatItsBudgetSays()
    {
        await using var shop = await ShopOnAzure.OpenAsync(sweeps: true);
        Check(await Lives.OfTimeAsync(shop), bySchedule: true);
    }

    /// <summary>Quarters of an hour stand for others that are like them; a schedule that is in none of those that are played would cost nothing here.</summary>
    [Fact]
    public void Schedules_AreThoseOfTheQuartersThatArePlayed() => Assert.Equal(
        Lives.Schedules.Order(StringComparer.Ordinal), ShopOnAzure.Schedules.Distinct().Order(StringComparer.Ordinal));

    /// <summary>One port of each kind of cost, asked twice.</summary>
    public static TheoryData<string, string> Doubled => new()
    {
        { nameof(ICatalogue), nameof(Receipt.Reads) },
        { nameof(INotifier), nameof(Receipt.Writes) },
        { nameof(IStock), nameof(Receipt.RedisCalls) },
        { nameof(IEventPublisher), nameof(Receipt.Sent) },
    };

    [Theory]
    [MemberData(nameof(Doubled))]
    public async Task AdapterThatAsksTwice_IsFound(string port, string figure)
    {
        var type = typeof(ICatalogue).Assembly.GetExportedTypes().Single(type => type.Name == port);
        await using var shop = await ShopOnAzure.OpenAsync(
            change: services => typeof(Twice<>).MakeGenericType(type).GetMethod(nameof(Twice<ICatalogue>.Register))!.Invoke(null, [services]));

        var complaints = Budget.Complaints(Budget.Read(), await Lives.PlacedAsync(shop));

        Assert.Contains(complaints, complaint => complaint.Contains($"dearer: {figure} ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task SignalTooMany_IsFound()
    {
        await using var shop = await ShopOnAzure.OpenAsync();

        var complaints = Budget.Complaints(
            Budget.Read(), await Lives.PlacedAsync(shop, order => shop.Host.Durable.RaiseEventAsync(order, OrderLifecycle.OrderChanged)));

        Assert.Contains(complaints, complaint => complaint.Contains($"dearer: {nameof(Receipt.Signals)} ", StringComparison.Ordinal));
        Assert.Contains(complaints, complaint => complaint.Contains($"dearer: {nameof(Receipt.Activities)} ", StringComparison.Ordinal));
    }

    /// <summary>The provider and the webhooks that go out are reached over HTTP on every host; files of reports are written at night.</summary>
    [Fact]
    public async Task EveryPort_HasTheAdapterThatItHasOnAzure()
    {
        await using var shop = await ShopOnAzure.OpenAsync();

        var elsewhere = typeof(ICatalogue).Assembly.GetExportedTypes()
            .Where(type => type.IsInterface && shop.Host.Services.GetService(type) is { } adapter && !IsOfAzure(adapter));

        Assert.Equal([typeof(IPaymentProvider), typeof(IReportFiles), typeof(IWebhookSender)], elsewhere.OrderBy(type => type.Name, StringComparer.Ordinal));
    }

    /// <summary>Itself, or as what a class of the application wraps.</summary>
    private static bool IsOfAzure(object adapter) => adapter.GetType() is var type
        && type.GenericTypeArguments.Append(type).Any(one => one.Assembly == typeof(Azure.Cosmos.CosmosOrderStore).Assembly);

    private void Check(Dictionary<string, Receipt> receipts, bool bySchedule)
    {
        output.WriteLine(CostTable.Print(receipts));
        if (IsWriting)
            Budget.Write(receipts, bySchedule);
        var complaints = Budget.Complaints(Budget.Read(bySchedule), receipts);
        Assert.True(complaints.Count == 0, string.Join('\n', [.. complaints, Budget.HowToChange]));
    }
}
