using Orders.Application;
using Orders.Application.Access;
using Orders.Contracts.Tests.Subjects;

namespace Orders.Contracts.Tests.Access;

/// <summary>Dependencies that see no failure, forget none, or say where they are, are found.</summary>
public sealed class DependencyNegativeControls
{
    [Theory]
    [InlineData(nameof(DependencyContract.AWellDependency_IsHealthy_HoweverOftenItIsLookedAt), "looks tell")]
    [InlineData(nameof(DependencyContract.ADependencyThatFails_IsNotHealthy_AndIsAgainOnceItWorks), "always well")]
    [InlineData(nameof(DependencyContract.ADependencyThatFails_IsNotHealthy_AndIsAgainOnceItWorks), "never forgets")]
    [InlineData(nameof(DependencyContract.ADependencyThatNobodyCallsAnyMore_IsNotUnhealthyForEver), "never forgets")]
    public async Task ACarelessLook_IsFound(string guard, string bug)
    {
        using var suite = new Suite(Subject.OnMemory().With<IDependency>((inner, _) => new Careless(inner, bug)));
        await NegativeControl.IsFoundByAsync(() => (Task)typeof(DependencyContract).GetMethod(guard)!.Invoke(suite, parameters: null)!);
    }

    [Fact]
    public Task ANameThatSaysWhere_IsFound() => NegativeControl.IsFoundByAsync(() =>
    {
        using var suite = new Suite(Subject.OnMemory().With<IDependency>((inner, _) => new Careless(inner, "says where")));
        suite.Name_SaysNothingOfWhere();
        return Task.CompletedTask;
    });

    private sealed class Suite(Subject subject) : StoreDependencyContract(subject);

    private sealed class Careless(IDependency inner, string bug) : IDependency
    {
        private int looks;
        private bool failed;

        public string Name => bug == "says where" ? "db-7.internal:5432" : inner.Name;

        public bool IsNeeded => inner.IsNeeded;

        public async Task<DependencyState> LookAsync(CancellationToken cancellation)
        {
            var state = await StateAsync(cancellation);
            failed |= state != DependencyState.Healthy;
            return bug switch
            {
                "looks tell" => ++looks > 2 ? DependencyState.Degraded : state,
                "always well" => DependencyState.Healthy,
                "never forgets" => failed ? DependencyState.Unhealthy : state,
                _ => state,
            };
        }

        private async Task<DependencyState> StateAsync(CancellationToken cancellation)
        {
            try
            {
                return await inner.LookAsync(cancellation);
            }
            catch (DependencyUnavailableException)
            {
                return DependencyState.Unhealthy;
            }
        }
    }
}
