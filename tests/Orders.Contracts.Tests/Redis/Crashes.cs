using System.Reflection;
using Orders.Application.Stock;
using Polly;

namespace Orders.Contracts.Tests.Redis;

/// <summary>The process that called is gone.</summary>
internal sealed class ProcessDiedException : Exception;

/// <summary>
/// Lets the calling process die around its calls to Redis and to the ledger, drawn from a seed: before one, or after it was carried out and before
/// its answer was heard. So between any two calls, too.
/// </summary>
internal sealed class Crashes(int seed)
{
    private readonly Random random = new(seed);

    /// <summary>Of ten calls so many die.</summary>
    public int OfTen { get; set; } = 3;

    public int Before { get; private set; }

    public int After { get; private set; }

    public ResiliencePipeline Pipeline() => new ResiliencePipelineBuilder().AddStrategy(_ => new Strategy(this), new Options()).Build();

    /// <summary>Every call is carried out first.</summary>
    public ResiliencePipeline AfterOnly() => new ResiliencePipelineBuilder().AddStrategy(_ => new Strategy(this, before: false), new Options()).Build();

    public IStockLedger Around(IStockLedger ledger)
    {
        var proxy = DispatchProxy.Create<IStockLedger, Ledger>();
        ((Ledger)proxy).Set(ledger, this);
        return proxy;
    }

    private bool DiesNow()
    {
        lock (random)
            return random.Next(20) < OfTen;
    }

    private void DieBefore()
    {
        if (!DiesNow())
            return;
        Before++;
        throw new ProcessDiedException();
    }

    private void DieAfter()
    {
        if (!DiesNow())
            return;
        After++;
        throw new ProcessDiedException();
    }

    private sealed class Options : ResilienceStrategyOptions;

    private sealed class Strategy(Crashes crashes, bool before = true) : ResilienceStrategy
    {
        protected override async ValueTask<Outcome<TResult>> ExecuteCore<TResult, TState>(
            Func<ResilienceContext, TState, ValueTask<Outcome<TResult>>> callback, ResilienceContext context, TState state)
        {
            try
            {
                if (before)
                    crashes.DieBefore();
                var outcome = await callback(context, state);
                crashes.DieAfter();
                return outcome;
            }
            catch (ProcessDiedException died)
            {
                return Outcome.FromException<TResult>(died);
            }
        }
    }

#pragma warning disable CA1852 // DispatchProxy derives from it.
    private class Ledger : DispatchProxy
    {
        private IStockLedger inner = null!;
        private Crashes crashes = null!;

        public void Set(IStockLedger ledger, Crashes around) => (inner, crashes) = (ledger, around);

        protected override object? Invoke(MethodInfo? method, object?[]? arguments)
        {
            crashes.DieBefore();
            // The embedded ledger has done it when it returns, or will without being asked: its task needs no waiting for.
            var result = method!.Invoke(inner, arguments);
            ((Task)result!).GetAwaiter().GetResult();
            crashes.DieAfter();
            return result;
        }
    }
#pragma warning restore CA1852
}
