using System.Diagnostics.CodeAnalysis;

namespace LocalFunctions.Durable.Engine;

/// <summary>
/// Instances in memory for turns that follow soon: what their last turn left, and all that waits in their inbox. An answer usually comes within
/// milliseconds, and then nothing is read back that was just written. It holds a fixed number; the tables are the truth. A state here may be
/// outdated, because a commit holds only if the state in the tables is the one that it was made from. An inbox here is never short of a message.
/// </summary>
internal sealed class HotInstances(int capacity, int mostMessages)
{
    private readonly Lock gate = new();
    private readonly Dictionary<long, Hot> byInstance = [];
    private readonly LinkedList<Hot> oldestFirst = [];

    /// <summary>An instance was committed: its inbox is empty. In the order of the commits, before its first message.</summary>
    public void Created(InstanceRow row)
    {
        lock (gate)
        {
            if (TryAdd(row.Seq) is { } hot)
                (hot.Row, hot.History) = (row, []);
        }
    }

    /// <summary>A message was committed. In the order of the commits; one that <see cref="Loaded"/> has read before it was announced is there already.</summary>
    public void Arrived(long instance, InboxMessage message)
    {
        lock (gate)
        {
            if (!byInstance.TryGetValue(instance, out var hot) || hot.Inbox.Exists(known => known.Seq == message.Seq))
                return;
            hot.Inbox.Add(message);
            if (hot.Inbox.Count > mostMessages)
                Remove(hot);
        }
    }

    /// <summary>The state of an instance, and its whole inbox in the order of telling.</summary>
    public bool TryGet(
        long instance, [NotNullWhen(true)] out InstanceRow? row, [NotNullWhen(true)] out List<List<HistoryEvent>>? history,
        [NotNullWhen(true)] out List<InboxMessage>? messages)
    {
        lock (gate)
        {
            if (byInstance.TryGetValue(instance, out var hot) && hot is { Row: not null, History: not null })
            {
                (row, history) = (hot.Row, hot.History);
                messages = [.. hot.Inbox.OrderByDescending(message => message.IsFront).ThenBy(message => message.Seq)];
                return true;
            }

            (row, history, messages) = (null, null, null);
            return false;
        }
    }

    /// <summary>Keeps what arrives for an instance from now on, if there is room, so that the tables can be read and <see cref="Loaded"/>.</summary>
    public void Expect(long instance)
    {
        lock (gate)
        {
            if (!byInstance.ContainsKey(instance))
                TryAdd(instance);
        }
    }

    /// <summary>What was read from the tables after <see cref="Expect"/>. What was committed since may be in it and have arrived as well.</summary>
    public void Loaded(InstanceRow row, List<List<HistoryEvent>> history, List<InboxMessage> messages)
    {
        lock (gate)
        {
            if (!byInstance.TryGetValue(row.Seq, out var hot))
                return;
            if (messages.Count >= mostMessages)
            {
                Remove(hot);
                return;
            }

            (hot.Row, hot.History) = (row, history);
            var known = messages.Select(message => message.Seq).ToHashSet();
            hot.Inbox = [.. messages, .. hot.Inbox.Where(message => !known.Contains(message.Seq))];
        }
    }

    /// <summary>A turn was committed: the state that it left, and the messages that it took out of the inbox.</summary>
    public void Turned(InstanceRow after, List<HistoryEvent> lines, List<InboxMessage> taken)
    {
        lock (gate)
        {
            if (!byInstance.TryGetValue(after.Seq, out var hot) || hot.History is null)
                return;
            hot.Row = after;
            hot.History.Add(lines);
            hot.Inbox.RemoveAll(message => taken.Exists(one => one.Seq == message.Seq));
            oldestFirst.Remove(hot.Place);
            oldestFirst.AddLast(hot.Place);
        }
    }

    public void Remove(long instance)
    {
        lock (gate)
        {
            if (byInstance.TryGetValue(instance, out var hot))
                Remove(hot);
        }
    }

    private void Remove(Hot hot)
    {
        byInstance.Remove(hot.Instance);
        oldestFirst.Remove(hot.Place);
    }

    /// <summary>
    /// Makes room at the cost of the oldest, unless that one has work to do: work is done in the order of its coming, so in a backlog those
    /// that came last are read from the tables when their turn comes.
    /// </summary>
    private Hot? TryAdd(long instance)
    {
        if (byInstance.Count >= capacity)
        {
            if (oldestFirst.First is not { Value.Inbox.Count: 0 } oldest)
                return null;
            Remove(oldest.Value);
        }

        var hot = new Hot(instance);
        byInstance[instance] = hot;
        oldestFirst.AddLast(hot.Place);
        return hot;
    }

    private sealed class Hot
    {
        public Hot(long instance)
        {
            Instance = instance;
            Place = new LinkedListNode<Hot>(this);
        }

        public long Instance { get; }

        public LinkedListNode<Hot> Place { get; }

        /// <summary>Null until it was read.</summary>
        public InstanceRow? Row { get; set; }

        public List<List<HistoryEvent>>? History { get; set; }

        public List<InboxMessage> Inbox { get; set; } = [];
    }
}
