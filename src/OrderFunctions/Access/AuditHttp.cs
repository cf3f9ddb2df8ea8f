using Microsoft.AspNetCore.Http;
using OrderFunctions.Edge;
using Orders.Application;
using Orders.Application.Access;

namespace OrderFunctions.Access;

/// <summary>Who did what, for operators and support.</summary>
public sealed class AuditHttp(HttpEdge edge, ListAudit listAudit, ReadAuditEntry readAuditEntry)
{
    private static readonly Rule Look = new(Who.SupportOrOps);

    [Function("ListAudit")]
    public Task<IResult> ListAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "api/ops/audit")] HttpRequest request) =>
        edge.RunAsync(request, Look, async call =>
        {
            var query = request.Query;
            var wanted = new ListAuditRequest(query["subject"], query["by"], query["from"], query["to"], query["limit"], query["cursor"]);
            var page = await listAudit.RunAsync(wanted, call.Cancellation);
            return page.Succeeded ? Answer.Of(StatusCodes.Status200OK, page.Value, ApiJson.Default.AuditPage) : Problems.Of(page.Refusal);
        });

    [Function("ReadAuditEntry")]
    public Task<IResult> ReadAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "api/ops/audit/{auditId}")] HttpRequest request, string auditId) =>
        edge.RunAsync(request, Look, async call =>
        {
            var entry = await readAuditEntry.RunAsync(auditId, call.Cancellation);
            return entry.Succeeded ? Answer.Of(StatusCodes.Status200OK, entry.Value, ApiJson.Default.AuditEntryView) : Problems.Of(entry.Refusal);
        });
}
