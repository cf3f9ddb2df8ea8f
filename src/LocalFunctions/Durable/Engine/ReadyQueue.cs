namespace LocalFunctions.Durable.Engine;

/// <summary>Ready items, oldest first; a stepped host draws any of them.</summary>
internal sealed class ReadyQueue<T>
{
    private readonly Queue<T> items = new();

    public int Count => items.Count;

    public void Add(T item) => items.Enqueue(item);

    public bool TryTake(Random? chance, out T item)
    {
        for (var skip = chance is null || items.Count == 0 ? 0 : chance.Next(items.Count); skip > 0; skip--)
            items.Enqueue(items.Dequeue());
        return items.TryDequeue(out item!);
    }
}
