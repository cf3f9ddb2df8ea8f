using Orders.Domain;
using Orders.Domain.Checkout;
using Orders.Embedded.Checkout;
using static Orders.Contracts.Tests.Subjects.Sample;

namespace Orders.Contracts.Tests.Checkout;

public sealed class CatalogueMemoryTests
{
    private static readonly CatalogueItem Old = new(Mug, "Mug", 1, Euro);

    private readonly CatalogueMemory memory = new();

    [Fact]
    public void WhatWasReadBeforeAPutEnded_IsNotKept()
    {
        var before = memory.Ticket();
        memory.BeginPut(Mug);
        var within = memory.Ticket();
        memory.Keep(Old, before);
        memory.Keep(Old, within);
        Assert.Null(memory.Find(Mug));
        memory.EndPut();
        memory.Keep(Old, before);
        memory.Keep(Old, within);
        Assert.Null(memory.Find(Mug));
        memory.Keep(Old, memory.Ticket());
        Assert.Equal(Old, memory.Find(Mug));
    }

    [Fact]
    public void WhatIsPut_IsWithdrawnFirst()
    {
        memory.Keep(Old, memory.Ticket());
        memory.BeginPut(Mug);
        Assert.Null(memory.Find(Mug));
    }

    [Fact]
    public void Items_AreBounded()
    {
        var found = 0;
        for (var number = 0; number < 3 * CatalogueMemory.Most; number++)
            memory.Keep(new CatalogueItem(SkuOf(number), "Thing", 1, Euro), memory.Ticket());
        for (var number = 0; number < 3 * CatalogueMemory.Most; number++)
            found += memory.Find(SkuOf(number)) is null ? 0 : 1;
        Assert.InRange(found, 1, CatalogueMemory.Most);
    }

    private static Sku SkuOf(int number) => Id.Parse<Sku>($"S-{number}");
}
