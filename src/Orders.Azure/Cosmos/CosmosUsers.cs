using System.Globalization;
using System.Text.Json;
using Microsoft.Azure.Cosmos;
using Orders.Application.Access;
using Orders.Domain;
using User = Orders.Application.Access.User;

namespace Orders.Azure.Cosmos;

/// <summary>Users' documents: one in each user's partition, always by the same id, for a user's own may hold what an id can't.</summary>
public sealed class CosmosUsers(CosmosDatabase database) : IUsers
{
    private const string TheOne = "user";

    private readonly CosmosDocuments documents = database["users"];

    public async Task<User?> FindAsync(UserId user, CancellationToken cancellation) =>
        await documents.FindAsync(user.Value, TheOne, cancellation).ConfigureAwait(false) is { } found
            ? UserJson.Read(found.Document.GetProperty("document").Utf8())
            : null;

    public async Task<bool> SaveAsync(User user, CancellationToken cancellation)
    {
        var content = UserJson.Write(user);
        if (user.Version == 1)
        {
            var document = CosmosJson.Write(json =>
            {
                json.WriteString("id", TheOne);
                json.WriteString("userId", user.UserId.Value);
                json.WriteNumber("version", user.Version);
                json.WriteMember("document", content);
            });
            return await documents.CreateAsync(user.UserId.Value, document, cancellation).ConfigureAwait(false);
        }

        using var parsed = JsonDocument.Parse(content);
        var result = await documents.PatchAsync(
            user.UserId.Value, TheOne, [PatchOperation.Set("/version", user.Version), PatchOperation.Set("/document", parsed.RootElement.Clone())],
            string.Create(CultureInfo.InvariantCulture, $"FROM c WHERE c.version = {user.Version - 1}"), cancellation).ConfigureAwait(false);
        return result == WriteResult.Done;
    }
}
