namespace Orders.Workflows.AfterSales;

/// <summary>
/// The activities of an after-sale case, by name. Each takes a <c>CaseRef</c> and returns a <see cref="CaseLook"/> at the document as it is
/// afterwards; each may be repeated. The names stand in histories: append, never rename.
/// </summary>
public static class CaseActivities
{
    public const string LookAtCase = nameof(LookAtCase);
    public const string DecideUnreviewed = nameof(DecideUnreviewed);
    public const string LapseGoods = nameof(LapseGoods);
    public const string ReceiveUninspected = nameof(ReceiveUninspected);
    public const string FallBack = nameof(FallBack);
    public const string RefundCase = nameof(RefundCase);

    public static readonly IReadOnlyList<string> All = [LookAtCase, DecideUnreviewed, LapseGoods, ReceiveUninspected, FallBack, RefundCase];
}
