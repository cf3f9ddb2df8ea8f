using LocalFunctions.Storage;
using Orders.Contracts.Tests.Subjects;
using Orders.Domain.Lifecycle;
using Orders.Embedded.AfterSales;
using Orders.Embedded.Checkout;
using Orders.Embedded.Events;
using Orders.Embedded.Lifecycle;
using Orders.Embedded.Payments;
using Orders.Embedded.Stock;

namespace Orders.Contracts.Tests.Lifecycle;

/// <summary>Lists and sweeps walk an index and nothing else, so a million open orders don't slow them.</summary>
public sealed class QueryPlans
{
    public static TheoryData<string> Sweeps => [OrderListSql.Overdue, OrderListSql.OfSale, SqliteCompletedCases.Find, SqliteStock.Due, SqliteCoupons.Due, LockRow.OfBuyer, SqliteSaleUnits.Unkept, SaleHoldRow.OfBuyer, SqlitePaymentIndex.Due];

    public static TheoryData<string> Lists => [OrderListSql.For(status: null), .. Enum.GetValues<OrderStatus>().Select(status => OrderListSql.For(status))];

    [Theory]
    [MemberData(nameof(Sweeps))]
    public void Sweep_ReadsOneIndexInItsOrder(string sql)
    {
        var step = Assert.Single(PlanOf(sql));
        Assert.Contains("USING COVERING INDEX", step, StringComparison.Ordinal);
        Assert.StartsWith("SEARCH", step, StringComparison.Ordinal);
    }

    /// <summary>Its page's rows are read besides, for the version: in the index it would be written anew with every save of an order.</summary>
    [Fact]
    public void OpenOrders_AreReadByTheirIndex_InItsOrder() =>
        Assert.StartsWith("SEARCH orders USING INDEX orders_open (seq>?", Assert.Single(PlanOf(OrderListSql.Open)), StringComparison.Ordinal);

    [Theory]
    [MemberData(nameof(Lists))]
    public void List_ReadsIndexEntriesAndOnlyThePagesDocuments(string sql)
    {
        var steps = PlanOf(sql).Where(step => step.Contains("orders", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(steps);
        Assert.All(steps, step => Assert.Matches("^SEARCH orders USING (COVERING INDEX orders_by_user|INTEGER PRIMARY KEY)", step));
    }

    [Fact]
    public void OutboxSweep_SearchesByAge() =>
        Assert.Contains("SEARCH order_outbox USING INDEX order_outbox_by_age (written_at<?)", PlanOf(SqliteOutbox.Aged));

    [Fact]
    public void AStatementWithoutAnIndex_IsFound() =>
        Assert.StartsWith("SCAN", Assert.Single(PlanOf("SELECT order_id FROM orders WHERE version = $1")), StringComparison.Ordinal);

    private static List<string> PlanOf(string sql)
    {
        using var subject = Subject.OnMemory();
        subject.Port<Embedded.Storage.EmbeddedTables>();
        return subject.Store.Read(session => session.Query($"EXPLAIN QUERY PLAN {sql}", row => row.GetString(3), 1L, 1L, "", 1L));
    }
}
