using Orders.Application.Access;
using Orders.Domain;
using Orders.Embedded.Storage;

namespace Orders.Embedded.Access;

/// <summary>Users as JSON documents; a save names the version that it replaces.</summary>
public sealed class SqliteUsers(EmbeddedTables tables) : IUsers
{
    public Task<User?> FindAsync(UserId user, CancellationToken cancellation) => tables.ReadAsync(
        session => session.First("SELECT document FROM users WHERE user_id = $1", row => UserJson.Read(row.GetBytes(0)), user.Value), cancellation);

    public Task<bool> SaveAsync(User user, CancellationToken cancellation)
    {
        var document = UserJson.Write(user);
        return tables.WriteAsync(
            transaction => transaction.Execute(
                user.Version == 1
                    ? "INSERT INTO users (user_id, version, document) VALUES ($1, $2, $3) ON CONFLICT (user_id) DO NOTHING"
                    : "UPDATE users SET version = $2, document = $3 WHERE user_id = $1 AND version = $2 - 1",
                user.UserId.Value, user.Version, document) == 1,
            cancellation);
    }
}
