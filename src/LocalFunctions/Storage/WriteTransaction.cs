using Microsoft.Data.Sqlite;

namespace LocalFunctions.Storage;

/// <summary>The one writing session. What a piece of work writes through it becomes visible and durable as a whole or not at all.</summary>
public sealed class WriteTransaction(SqliteConnection connection) : SqlSession(connection)
{
    private readonly List<Action> afterCommit = [];

    /// <summary>
    /// Runs <paramref name="action"/> once this work is durable, before its caller learns of it; typically
    /// <c>() =&gt; source.Wake()</c>. The actions of all works run one after the other, in the order of the works. It must be quick and must not throw: what it throws is told to the caller, whose work is stored all the same.
    /// </summary>
    public void AfterCommit(Action action) => afterCommit.Add(action);

    /// <summary>What was registered since the last call.</summary>
    internal Action[] TakeAfterCommit()
    {
        if (afterCommit.Count == 0)
            return [];
        Action[] taken = [.. afterCommit];
        afterCommit.Clear();
        return taken;
    }
}
