using Orders.Application.Access;
using Orders.Contracts.Tests.Subjects;
using Orders.Domain;

namespace Orders.Contracts.Tests.Access;

/// <summary>What a keeper of users can get wrong.</summary>
public enum UserBug
{
    None,
    IgnoresVersions,
    SavesLaterVersionsOfNobody,
    OneDocumentForAll,
    KeepsOldAddresses,
    ForgetsLimits,
}

/// <summary>Each bug is found by the test that guards against it.</summary>
public sealed class UserNegativeControls
{
    public static TheoryData<UserBug, string> Guards => new()
    {
        { UserBug.IgnoresVersions, nameof(UserContract.Save_OnAnotherVersion_IsRefused) },
        { UserBug.IgnoresVersions, nameof(UserContract.Saves_OfOneVersionByManyAtOnce_OneWins) },
        { UserBug.SavesLaterVersionsOfNobody, nameof(UserContract.Save_OfALaterVersionOfNobody_IsRefused) },
        { UserBug.OneDocumentForAll, nameof(UserContract.Users_HaveADocumentEach) },
        { UserBug.KeepsOldAddresses, nameof(UserContract.Addresses_CanBeForgotten) },
        { UserBug.ForgetsLimits, nameof(UserContract.Save_IsFound_WholeAndKept) },
    };

    public static TheoryData<string> Promises =>
        [.. typeof(UserContract).GetMethods().Where(method => method.IsDefined(typeof(FactAttribute), inherit: false)).Select(method => method.Name)];

    [Theory]
    [MemberData(nameof(Guards))]
    public Task Bug_IsFound(UserBug bug, string guard) => NegativeControl.IsFoundByAsync(() => RunAsync(bug, guard));

    /// <summary>The model without a bug keeps its promises, so what is found above is the bug.</summary>
    [Theory]
    [MemberData(nameof(Promises))]
    public Task Model_KeepsEveryPromise(string promise) => RunAsync(UserBug.None, promise);

    [Fact]
    public void EveryBug_HasItsGuard() => Assert.Equal(
        Enum.GetValues<UserBug>().Except([UserBug.None]), Guards.Select(row => (UserBug)((object[])row)[0]).Distinct().Order());

    private static async Task RunAsync(UserBug bug, string test)
    {
        // One model for the subject's life: a restart forgets services, and the model is no store.
        ModelUsers? model = null;
        using var suite = new Suite(Subject.OnMemory().With<IUsers>((_, _) => model ??= new ModelUsers(bug)));
        await (Task)typeof(UserContract).GetMethod(test)!.Invoke(suite, parameters: null)!;
    }

    private sealed class Suite(Subject subject) : UserContract(subject);

    private sealed class ModelUsers(UserBug bug) : IUsers
    {
        private readonly Lock gate = new();
        private readonly Dictionary<string, User> users = [];

        public Task<User?> FindAsync(UserId user, CancellationToken cancellation)
        {
            lock (gate)
                return Task.FromResult(users.GetValueOrDefault(KeyOf(user)));
        }

        public Task<bool> SaveAsync(User user, CancellationToken cancellation)
        {
            lock (gate)
            {
                var stored = users.GetValueOrDefault(KeyOf(user.UserId));
                var fits = stored is null
                    ? user.Version == 1 || bug == UserBug.SavesLaterVersionsOfNobody
                    : user.Version == stored.Version + 1 || bug is UserBug.IgnoresVersions or UserBug.OneDocumentForAll;
                if (!fits)
                    return Task.FromResult(false);
                users[KeyOf(user.UserId)] = bug switch
                {
                    UserBug.KeepsOldAddresses when stored is not null => user with { Addresses = stored.Addresses, DefaultAddressId = stored.DefaultAddressId },
                    UserBug.ForgetsLimits => user with { Limits = UserLimits.None },
                    _ => user,
                };
                return Task.FromResult(true);
            }
        }

        private string KeyOf(UserId user) => bug == UserBug.OneDocumentForAll ? "" : user.Value;
    }
}
