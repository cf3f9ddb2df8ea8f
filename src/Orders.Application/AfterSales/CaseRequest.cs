using Orders.Application.Checkout;
using Orders.Domain;
using Orders.Domain.AfterSales;
using Orders.Domain.Checkout;

namespace Orders.Application.AfterSales;

/// <summary>The body of a case, as a client sends it; of a preview, where all may be left out.</summary>
/// <param name="Type"><c>refund</c>, <c>return</c> or <c>exchange</c>.</param>
/// <param name="Lines">What it is about; left out: all that is left.</param>
/// <param name="Reason">Why, 1 to <see cref="OrderLimits.MostReasonCharacters"/> characters.</param>
public sealed record CaseRequest(string? Type = null, IReadOnlyList<CaseLineRequest?>? Lines = null, string? Reason = null);

/// <summary>Units of a line, named by its SKU, or by its id where an order has a SKU twice.</summary>
/// <param name="ReplacementSku">What is wanted instead, in an exchange; left out: the same.</param>
public sealed record CaseLineRequest(string? Sku, int? Quantity, string? LineId = null, string? ReplacementSku = null);

/// <summary>A request whose form is right; whether the order has those lines, and anything left of them, is not known yet.</summary>
internal sealed record CheckedCase(CaseType Type, IReadOnlyList<CaseLineRequest>? Lines, string Reason, string Fingerprint)
{
    private static readonly IReadOnlyDictionary<string, CaseType> Types = new Dictionary<string, CaseType>(StringComparer.Ordinal)
    {
        ["refund"] = CaseType.Refund,
        ["return"] = CaseType.Return,
        ["exchange"] = CaseType.Exchange,
    };

    /// <summary>The SKUs that are wanted instead, where they are named.</summary>
    public IReadOnlyList<Sku> Replacements => [.. (Lines ?? []).Where(line => line.ReplacementSku is not null).Select(line => Id.Parse<Sku>(line.ReplacementSku!)).Distinct()];

    public static Result<CheckedCase> Check(CaseRequest request)
    {
        var form = new Form();
        var type = CheckType(form, request.Type);
        var checkedCase = new CheckedCase(
            type, CheckLines(form, type, request.Lines), form.Required("reason", request.Reason, OrderLimits.MostReasonCharacters), RequestFingerprint.Of(request));
        return form.Refusal is { } refusal ? refusal : checkedCase;
    }

    /// <summary>Of a preview: nothing must be there, and without a type a refund is meant.</summary>
    public static Result<CheckedCase> CheckPreview(CaseRequest request)
    {
        var form = new Form();
        var type = request.Type is null ? CaseType.Refund : CheckType(form, request.Type);
        var checkedCase = new CheckedCase(type, CheckLines(form, type, request.Lines), Reason: "", Fingerprint: "");
        return form.Refusal is { } refusal ? refusal : checkedCase;
    }

    private static CaseType CheckType(Form form, string? text)
    {
        if (text is not null && Types.TryGetValue(text, out var type))
            return type;
        form.Error("type", text is null ? "is missing" : $"must be one of {string.Join(", ", Types.Keys)}");
        return CaseType.Refund;
    }

    private static IReadOnlyList<CaseLineRequest>? CheckLines(Form form, CaseType type, IReadOnlyList<CaseLineRequest?>? lines)
    {
        if (lines is null)
            return null;
        if (lines.Count is 0 or > OrderLimits.MostLines)
            form.Error("lines", $"must be 1 to {OrderLimits.MostLines} lines, or left out for all that is left");
        var given = new List<CaseLineRequest>(lines.Count);
        for (var i = 0; i < Math.Min(lines.Count, OrderLimits.MostLines); i++)
        {
            if (lines[i] is null || lines[i]!.Sku is null == lines[i]!.LineId is null)
                form.Error($"lines/{i}", "must name a sku or a lineId, one of the two");
            form.Number($"lines/{i}/quantity", lines[i]?.Quantity, 1, OrderLimits.MostUnitsPerLine);
            CheckReplacement(form, $"lines/{i}/replacementSku", type, lines[i]?.ReplacementSku);
            given.Add(lines[i] ?? new CaseLineRequest(Sku: null, Quantity: null));
        }

        return given;
    }

    private static void CheckReplacement(Form form, string field, CaseType type, string? sku)
    {
        if (sku is null)
            return;
        if (type != CaseType.Exchange)
            form.Error(field, "is for exchanges");
        else if (!Sku.TryParse(sku, out _))
            form.Error(field, "is not a SKU");
    }
}
