namespace LocalFunctions.Storage;

/// <summary>A piece of work that waits for the next commit, and the caller that waits for it.</summary>
internal abstract class PendingWrite
{
    /// <summary>What the work threw; null when it didn't.</summary>
    public Exception? Refused { get; protected set; }

    /// <summary>Runs the work; false when it threw. May be called again after the transaction was rolled back.</summary>
    public abstract bool Run(WriteTransaction transaction);
    public abstract void Complete();
    public abstract void Fail(Exception failure);

    /// <summary>Runs all of them, whatever one throws: a listener that isn't told would sleep on. Returns the first failure.</summary>
    public static Exception? RunAll(Action[] afterCommit)
    {
        Exception? first = null;
        foreach (var action in afterCommit)
        {
            try
            {
                action();
            }
            catch (Exception thrown)
            {
                // The edge of the host: handed to whoever registered it, for the writer serves everybody.
                first ??= thrown;
            }
        }

        return first;
    }
}

/// <inheritdoc/>
internal sealed class PendingWrite<T>(Func<WriteTransaction, T> work) : PendingWrite
{
    private readonly TaskCompletionSource<T> completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T result = default!;
    private Action[] afterCommit = [];

    public Task<T> Completion => completion.Task;

    public override bool Run(WriteTransaction transaction)
    {
        try
        {
            Refused = null;
            result = work(transaction);
            afterCommit = transaction.TakeAfterCommit();
            return true;
        }
        catch (Exception thrown)
        {
            // Handed to the caller in Complete: the writer serves everybody and must outlive one piece of bad work.
            transaction.TakeAfterCommit();
            Refused = thrown;
            return false;
        }
    }

    public override void Complete()
    {
        if ((Refused ?? RunAll(afterCommit)) is { } failure)
            completion.SetException(failure);
        else
            completion.SetResult(result);
    }

    public override void Fail(Exception failure) => completion.SetException(Refused ?? failure);
}
