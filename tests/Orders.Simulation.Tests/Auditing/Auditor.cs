using System.Text;
using Orders.Simulation.Tests.Clients;
using Orders.Simulation.Tests.World;

namespace Orders.Simulation.Tests.Auditing;

/// <summary>Keeps the books and lets every checker see what is booked.</summary>
internal sealed class Auditor
{
    private readonly SimulatedShop shop;
    private readonly Trace trace;
    private readonly Journal journal;
    private readonly IReadOnlyList<Checker> checkers;

    public Auditor(SimulatedShop shop, Trace trace)
    {
        (this.shop, this.trace) = (shop, trace);
        journal = new Journal(shop.Store);
        checkers =
        [
            new NeverOversold(), new StockIsConserved(), new CapsAreKept(), new MarksAreDeserved(), new SaleUnitsAreConserved(), new SaleLimitIsKept(), new OneTicketOneOrder(), new EveryTicketEnds(), new OneOrderPerKey(), new LifecycleOnly(), new MoneyBalances(), new OneEffectPerMessage(),
            new AnsweredIsThere(), new EveryOrderEnds(), new EventsTellOfSaves(), new NoMoneyKeptSilently(), new OwnersOnly(), new NothingUnbounded(),
            new PersonalDataStays(), new EveryLineBalances(), new EveryCaseEnds(), new GoodsComeBackOnce(), new BooksAgree(), new MoneyPageTells(), new ReconciliationFinds(),
            new StatisticsAreExact(),
        ];
    }

    public Books Books { get; } = new();

    public IReadOnlyList<Violation> Violations => [.. checkers.SelectMany(checker => checker.Found)];

    public IEnumerable<string> Checkers => checkers.Select(checker => checker.GetType().Name);

    /// <summary>Books what was committed since the last time. Between commits only; a dead store is looked at after its restart.</summary>
    public void Look()
    {
        if (shop.IsDead)
            return;
        foreach (var row in journal.Read(shop.Store))
        {
            trace.Mix(Encoding.UTF8.GetBytes($"{row.Kind} {row.Key} {row.Number} {row.Text}"));
            var saved = Books.Book(row);
            foreach (var checker in checkers)
            {
                checker.Committed(Books, row);
                if (saved is { } order)
                    checker.Saved(Books, order.Before, order.After);
            }
        }

        foreach (var checker in checkers)
            checker.AfterStep(Books);
    }

    public void Answered(ClientRequest request, ClientAnswer answer)
    {
        Look();
        foreach (var checker in checkers)
            checker.Answered(Books, request, answer);
    }

    public void AfterDeadlines()
    {
        Look();
        var inspection = Inspect();
        foreach (var checker in checkers)
            checker.AfterDeadlines(Books, inspection);
    }

    public void Reconciled(ReconciledDays days)
    {
        Look();
        foreach (var checker in checkers)
            checker.Reconciled(Books, days);
    }

    public void AtEnd()
    {
        Look();
        var inspection = Inspect();
        foreach (var checker in checkers)
            checker.AtEnd(Books, inspection);
    }

    public Inspection Inspect() => new(shop.Store, shop.Now, shop.Log.ToString());
}
