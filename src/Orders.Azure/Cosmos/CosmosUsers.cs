using Orders.Application.Access;
using Orders.Domain;

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

    public Task<bool> SaveAsync(User user, CancellationToken cancellation)
    {
        var content = UserJson.Write(user);
        return user.Version == 1
            ? documents.CreateVersionAsync(user.UserId.Value, TheOne, First(user, content), content, cancellation)
            : documents.SaveVersionAsync(user.UserId.Value, TheOne, user.Version, content, cancellation);
    }

    private static byte[] First(User user, byte[] content) => CosmosJson.Write(json =>
    {
        json.WriteString("id", TheOne);
        json.WriteString("userId", user.UserId.Value);
        json.WriteNumber("version", user.Version);
        json.WriteMember("document", content);
    });
}
