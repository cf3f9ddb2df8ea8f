using Orders.Domain;
using Orders.Domain.Checkout;

namespace Orders.Embedded.Checkout;

/// <summary>
/// Items that were read lately, for the one process that the table has: every order asks for some. A put withdraws its item before it writes and
/// spoils the tickets of all who read meanwhile, so nothing is kept that a put has replaced. Emptied at its bound; it refills at once.
/// </summary>
internal sealed class CatalogueMemory
{
    internal const int Most = 10_000;

    private const long NotToBeKept = -1;

    private readonly Lock gate = new();
    private readonly Dictionary<Sku, CatalogueItem> items = [];
    private int putsRunning;
    private long putsEnded;

    public CatalogueItem? Find(Sku sku)
    {
        lock (gate)
            return items.GetValueOrDefault(sku);
    }

    /// <summary>To be taken before the table is read.</summary>
    public long Ticket()
    {
        lock (gate)
            return putsRunning > 0 ? NotToBeKept : putsEnded;
    }

    public void Keep(CatalogueItem item, long ticket)
    {
        lock (gate)
        {
            if (ticket != putsEnded || putsRunning > 0)
                return;
            if (items.Count >= Most)
                items.Clear();
            items[item.Sku] = item;
        }
    }

    public void BeginPut(Sku sku)
    {
        lock (gate)
        {
            putsRunning++;
            items.Remove(sku);
        }
    }

    /// <summary>However it ended.</summary>
    public void EndPut()
    {
        lock (gate)
        {
            putsRunning--;
            putsEnded++;
        }
    }
}
