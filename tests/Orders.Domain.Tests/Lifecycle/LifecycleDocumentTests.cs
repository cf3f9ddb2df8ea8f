using Orders.Domain.Lifecycle;
using Xunit;

namespace Orders.Domain.Tests.Lifecycle;

public sealed class LifecycleDocumentTests
{
    private static readonly string DocumentPath = RepositoryFiles.PathOf("docs/order-lifecycle.md");

    [Fact]
    public void Document_IsWhatTheTableSays()
    {
        if (Environment.GetEnvironmentVariable("UPDATE_DOCS") == "1")
            File.WriteAllText(DocumentPath, Updated(File.ReadAllText(DocumentPath)));

        var document = File.ReadAllText(DocumentPath);

        Assert.Equal(Updated(document), document);
    }

    [Fact]
    public void Document_WithOneOutcomeChanged_IsNoticed()
    {
        var document = Updated(File.ReadAllText(DocumentPath));

        var planted = document.Replace("| **Cancelled** |", "| **Paid** |", StringComparison.Ordinal);

        Assert.NotEqual(document, planted);
        Assert.NotEqual(Updated(planted), planted);
    }

    [Fact]
    public void Samples_HaveEveryState()
    {
        var declared = typeof(OrderState).GetNestedTypes().Where(type => type.IsSubclassOf(typeof(OrderState)) && !type.IsAbstract);

        Assert.Equal(declared.Select(t => t.Name).Order(), Samples.States.Select(sample => sample.State.GetType().Name).Distinct().Order());
        Assert.Equal(Enum.GetValues<OrderStatus>(), Samples.States.Select(sample => sample.State.Status).Distinct().Order());
    }

    [Fact]
    public void Samples_HaveEveryFact()
    {
        var declared = typeof(OrderEvent).GetNestedTypes().Where(type => type.IsSubclassOf(typeof(OrderEvent)));

        Assert.Equal(declared.Select(t => t.Name).Order(), Samples.Facts.Select(sample => sample.Fact.GetType().Name).Distinct().Order());
    }

    private static string Updated(string document)
    {
        var marker = document.IndexOf(LifecycleDocument.Marker, StringComparison.Ordinal);
        Assert.True(marker >= 0, "The document has no marker.");
        return document[..(marker + LifecycleDocument.Marker.Length)] + "\n" + LifecycleDocument.Print();
    }
}
