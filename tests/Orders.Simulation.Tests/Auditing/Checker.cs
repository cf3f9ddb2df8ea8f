using Orders.Domain.Lifecycle;
using Orders.Simulation.Tests.Clients;

namespace Orders.Simulation.Tests.Auditing;

/// <summary>A promise that was not kept.</summary>
/// <param name="Checker">Who found it.</param>
/// <param name="What">What was seen.</param>
internal sealed record Violation(string Checker, string What);

/// <summary>Watches over one promise of the order system. It believes the books, not the code.</summary>
internal abstract class Checker
{
    private readonly List<Violation> found = [];

    /// <summary>What it has found so far.</summary>
    public IReadOnlyList<Violation> Found => found;

    /// <summary>A version of an order was saved; <paramref name="before"/> is the one before, null for the first.</summary>
    public virtual void Saved(Books books, Order? before, Order after)
    {
    }

    /// <summary>Anything was committed.</summary>
    public virtual void Committed(Books books, JournalRow row)
    {
    }

    /// <summary>A client was answered; the books are up to date.</summary>
    public virtual void Answered(Books books, ClientRequest request, ClientAnswer answer)
    {
    }

    /// <summary>A step is over: no commit is half way.</summary>
    public virtual void AfterStep(Books books)
    {
    }

    /// <summary>Two hours after the last fault: everything that had a deadline is over, but for what people have to do.</summary>
    public virtual void AfterDeadlines(Books books, Inspection store)
    {
    }

    /// <summary>All days were reconciled anew, after the last thing that happened by itself.</summary>
    public virtual void Reconciled(Books books, ReconciledDays days)
    {
    }

    /// <summary>Months after the last fault: nothing can happen by itself any more.</summary>
    public virtual void AtEnd(Books books, Inspection store)
    {
    }

    protected void Broken(string what)
    {
        // The first few tell the story; a broken shop could fill memory with the rest.
        if (found.Count < 5)
            found.Add(new Violation(GetType().Name, what));
    }
}
