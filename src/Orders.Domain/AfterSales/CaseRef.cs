namespace Orders.Domain.AfterSales;

/// <summary>Where a case is: in which order, of which buyer. The input of its orchestration: a persisted format.</summary>
public readonly record struct CaseRef(OrderRef Order, CaseId CaseId)
{
    public override string ToString() => CaseId.Value;
}
