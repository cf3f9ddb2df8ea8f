using System.Reflection;
using Orders.Application.Payments;
using Orders.Contracts.Tests.Subjects;

namespace Orders.Contracts.Tests.Payments;

/// <summary>Stores of statements, differences and questions that break a promise are found by the test that guards it.</summary>
public sealed class ReconciliationNegativeControls
{
    /// <summary>Each bug: a call of a port whose arguments or answer are spoilt.</summary>
    private static readonly Dictionary<string, (Type Suite, string Guard, Func<Subject, Subject> Plant)> Bugs = new()
    {
        ["lines are appended"] = (typeof(Statements), nameof(StatementsContract.Put_InTheSamePlaces_Replaces), Spoil<IStatements>(
            nameof(IStatements.PutAsync), (arguments, count) => arguments[0] = Moved((IReadOnlyList<StoredLine>)arguments[0]!, count * 100))),
        ["a strange line is lost"] = (typeof(Statements), nameof(StatementsContract.Put_OfALineThatNamesNothingOfOurs_IsNotLost), Spoil<IStatements>(
            nameof(IStatements.PutAsync), (arguments, _) => arguments[0] = Ours((IReadOnlyList<StoredLine>)arguments[0]!))),
        ["an end takes nothing away"] = (typeof(Statements), nameof(StatementsContract.Complete_TakesAwayWhatAnEarlierReadingHadMore), Spoil<IStatements>(
            nameof(IStatements.CompleteAsync), (arguments, _) => arguments[2] = long.MaxValue)),
        ["read means any day"] = (typeof(Statements), nameof(StatementsContract.WasRead_OnlyOnceItWasCompleted), Spoil<IStatements>(
            nameof(IStatements.WasReadAsync), (arguments, _) => arguments[1] = "2026-03-01")),
        ["orders begin anew"] = (typeof(Statements), nameof(StatementsContract.ListOrders_GivesEachOfThePeriodOnce_InPages), Spoil<IStatements>(
            nameof(IStatements.ListOrdersAsync), (arguments, count) => arguments[1] = count > 5 ? "~" : null)),
        ["only the first order is asked for"] = (typeof(Statements), nameof(StatementsContract.FindMany_IsWhatEachHas), Spoil<IStatements>(
            nameof(IStatements.FindManyAsync), (arguments, _) => arguments[0] = ((IReadOnlyCollection<string>)arguments[0]!).Take(1).ToList())),
        ["versions are ignored"] = (typeof(Kept), nameof(ReconciliationsContract.Save_OnAnotherVersion_IsRefused), Spoil<IReconciliations>(
            nameof(IReconciliations.SaveAsync), (arguments, _) => arguments[0] = (Difference)arguments[0]! with { Version = 2 })),
        ["found again is new"] = (typeof(Kept), nameof(ReconciliationsContract.Keep_OfOneThatIsKept_LeavesIt), Spoil<IReconciliations>(
            nameof(IReconciliations.KeepAsync), (arguments, count) => arguments[0] = (Difference)arguments[0]! with { Id = $"{count}" })),
        ["states are mixed"] = (typeof(Kept), nameof(ReconciliationsContract.List_GivesADaysInPages_PerhapsOfOneState), Spoil<IReconciliations>(
            nameof(IReconciliations.ListAsync), (arguments, _) => arguments[1] = null)),
        ["the first report stays"] = (typeof(Kept), nameof(ReconciliationsContract.Report_IsTheLastOne), Spoil<IReconciliations>(
            nameof(IReconciliations.PutReportAsync), (arguments, count) => arguments[0] = count == 1 ? arguments[0] : (ReconciliationReport)arguments[0]! with { Status = ReconciliationStatus.Running })),
        ["one question per payment"] = (typeof(Trail), nameof(MoneyTrailContract.Note_KeepsTheLastOfEachPayment), Spoil<IMoneyTrail>(
            nameof(IMoneyTrail.NoteAsync), (arguments, _) => arguments[0] = (ProviderQuery)arguments[0]! with { At = Subject.Start })),
        ["a refund's question is its payment's"] = (typeof(Trail), nameof(MoneyTrailContract.Note_IsFoundByOrder_OldestFirst_AndKept), Spoil<IMoneyTrail>(
            nameof(IMoneyTrail.NoteAsync), (arguments, _) => arguments[0] = (ProviderQuery)arguments[0]! with { RefundId = null })),
    };

    public static TheoryData<string> Names => [.. Bugs.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Bug_IsFound(string bug)
    {
        var (suite, guard, plant) = Bugs[bug];
        using var tests = (ContractTests)Activator.CreateInstance(suite, plant(Subject.OnMemory()))!;
        await NegativeControl.IsFoundByAsync(() => (Task)suite.GetMethod(guard)!.Invoke(tests, parameters: null)!);
    }

    private static Func<Subject, Subject> Spoil<TPort>(string method, Action<object?[], int> spoil)
        where TPort : class => subject =>
        {
            var count = 0;
            return subject.With<TPort>((inner, _) => Spoilt<TPort>.Wrap(inner, method, arguments => spoil(arguments, ++count)));
        };

    private static List<StoredLine> Moved(IReadOnlyList<StoredLine> lines, int by) => [.. lines.Select(line => line with { Number = line.Number + by })];

    private static List<StoredLine> Ours(IReadOnlyList<StoredLine> lines) => [.. lines.Where(line => line.PaymentId is not null)];

    private sealed class Statements(Subject subject) : StatementsContract(subject);

    private sealed class Kept(Subject subject) : ReconciliationsContract(subject);

    private sealed class Trail(Subject subject) : MoneyTrailContract(subject);

    /// <summary>Passes calls on, those of one method with other arguments.</summary>
    private class Spoilt<TPort> : DispatchProxy
        where TPort : class
    {
        private TPort inner = null!;
        private string method = "";
        private Action<object?[]> spoil = null!;

        public static TPort Wrap(TPort inner, string method, Action<object?[]> spoil)
        {
            var proxy = Create<TPort, Spoilt<TPort>>();
            var spoilt = (Spoilt<TPort>)(object)proxy;
            (spoilt.inner, spoilt.method, spoilt.spoil) = (inner, method, spoil);
            return proxy;
        }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            if (targetMethod!.Name == method)
                spoil(args!);
            return targetMethod.Invoke(inner, args);
        }
    }
}
