using Orders.Domain.AfterSales;
using Xunit;

namespace Orders.Domain.Tests.AfterSales;

public sealed class CaseDocumentTests
{
    private static readonly string DocumentPath = RepositoryFiles.PathOf("docs/after-sales.md");

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

        var planted = document.Replace("| **Lapsed** |", "| **Completed** |", StringComparison.Ordinal);

        Assert.NotEqual(document, planted);
        Assert.NotEqual(Updated(planted), planted);
    }

    [Fact]
    public void Samples_HaveEveryStatus_AndEveryFact()
    {
        var declared = typeof(CaseEvent).GetNestedTypes().Where(type => type.IsSubclassOf(typeof(CaseEvent)));

        Assert.Equal(Enum.GetValues<CaseStatus>(), CaseSamples.Cases.Select(sample => sample.Case.Status).Distinct().Order());
        Assert.Equal(declared.Select(type => type.Name).Order(), CaseSamples.Facts.Select(sample => sample.Fact.GetType().Name).Distinct().Order());
    }

    [Fact]
    public void Fact_ThatMovedACase_IsAlreadyAppliedWhenItComesAgain() => Assert.All(CaseSamples.Cases, sample => Assert.All(
        CaseSamples.Facts,
        fact =>
        {
            if (CaseTable.Next(sample.Case, fact.Fact) is CaseTransition.Moved { To: var to })
                Assert.IsType<CaseTransition.AlreadyApplied>(CaseTable.Next(to, fact.Fact));
        }));

    private static string Updated(string document)
    {
        var marker = document.IndexOf(CaseDocument.Marker, StringComparison.Ordinal);
        Assert.True(marker >= 0, "The document has no marker.");
        return document[..(marker + CaseDocument.Marker.Length)] + "\n" + CaseDocument.Print();
    }
}
