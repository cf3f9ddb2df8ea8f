using Microsoft.AspNetCore.Http;
using OrderFunctions.Edge;
using Orders.Application;
using Orders.Application.Access;

namespace OrderFunctions.Access;

/// <summary>Users' own addresses; their tiers and limits for support and operators.</summary>
public sealed class UsersHttp(HttpEdge edge, ReadAddresses readAddresses, PutAddresses putAddresses, ReadUser readUser, PutUser putUser,
    AuditTrail trail)
{
    private static readonly Rule ReadOwn = new(Who.Customer);
    private static readonly Rule<AddressBookRequest> PutOwn = new(Who.Customer, ApiJson.Default.AddressBookRequest);
    private static readonly Rule Read = new(Who.SupportOrOps);
    private static readonly Rule<UserRequest> Put = new(Who.SupportOrOps, ApiJson.Default.UserRequest);

    [Function("ReadAddresses")]
    public Task<IResult> ReadAddressesAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "api/me/addresses")] HttpRequest request) =>
        edge.RunAsync(request, ReadOwn, async call => BookOf(await readAddresses.RunAsync(call.Caller, call.Cancellation)));

    [Function("PutAddresses")]
    public Task<IResult> PutAddressesAsync([HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = "api/me/addresses")] HttpRequest request) =>
        edge.RunAsync(request, PutOwn, async (call, book) =>
        {
            var put = await putAddresses.RunAsync(call.Caller, book, call.IfMatch, call.Cancellation);
            return put.Succeeded ? BookOf(put.Value) : Problems.Of(put.Refusal);
        });

    [Function("ReadUser")]
    public Task<IResult> ReadAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "api/users/{userId}")] HttpRequest request, string userId) =>
        edge.RunAsync(request, Read, async call => AnswerOf(await readUser.RunAsync(userId, call.Cancellation)));

    [Function("PutUser")]
    public Task<IResult> PutAsync([HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = "api/users/{userId}")] HttpRequest request, string userId) =>
        edge.RunAsync(request, Put, async (call, user) =>
        {
            var put = await putUser.RunAsync(userId, user, call.IfMatch, call.Cancellation);
            if (put.Succeeded)
                await trail.NoteAsync(call.Caller, AuditActions.UserChanged, userId, $"version {put.Value.Version}", reason: null, call.Cancellation);
            return AnswerOf(put);
        });

    private static Answer BookOf(User user) => Answer.Of(StatusCodes.Status200OK, AddressBookView.Of(user), ApiJson.Default.AddressBookView)
        .WithHeader("ETag", RequestHeaders.Tag(user.Version));

    private static Answer AnswerOf(Result<UserView> user) => user.Succeeded
        ? Answer.Of(StatusCodes.Status200OK, user.Value, ApiJson.Default.UserView).WithHeader("ETag", RequestHeaders.Tag(user.Value.Version))
        : Problems.Of(user.Refusal);
}
