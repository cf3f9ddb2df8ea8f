using Orders.Application.Payments;
using Orders.Contracts.Tests.Subjects;
using Orders.Domain;

namespace Orders.Contracts.Tests.Payments;

/// <summary>A table that takes other content for the same message is found.</summary>
public sealed class ProviderMessagesNegativeControls
{
    [Theory]
    [InlineData(nameof(ProviderMessagesContract.Store_OfOtherContent_LeavesTheFirstAndIsNeverApplied))]
    [InlineData(nameof(ProviderMessagesContract.Store_ByManyAtOnce_HasOneFirst))]
    [InlineData(nameof(ProviderMessagesContract.SetState_IsRememberedAndMayBeRepeated))]
    public async Task ATableThatLooksAtTheIdAlone_IsFound(string guard)
    {
        using var suite = new Suite(Subject.OnMemory().With<IProviderMessages>((inner, _) => new IdOnly(inner)));
        await NegativeControl.IsFoundByAsync(() => (Task)typeof(ProviderMessagesContract).GetMethod(guard)!.Invoke(suite, parameters: null)!);
    }

    private sealed class Suite(Subject subject) : ProviderMessagesContract(subject);

    private sealed class IdOnly(IProviderMessages inner) : IProviderMessages
    {
        public Task<StoreMessageResult> StoreAsync(ProviderMessage message, CancellationToken cancellation) =>
            inner.StoreAsync(message with { ContentHash = message.MessageId }, cancellation);

        public Task<ProviderMessage?> FindAsync(string source, string messageId, CancellationToken cancellation) =>
            inner.FindAsync(source, messageId, cancellation);

        public Task SetStateAsync(string source, string messageId, ProviderMessageState state, string? note, CancellationToken cancellation) =>
            inner.SetStateAsync(source, messageId, ProviderMessageState.Stored, note, cancellation);

        public Task<IReadOnlyList<ProviderMessage>> FindUnappliedAsync(DateTimeOffset before, int limit, CancellationToken cancellation) =>
            inner.FindUnappliedAsync(before, limit, cancellation);

        public Task<IReadOnlyList<ProviderMessage>> FindByOrderAsync(OrderId order, int limit, CancellationToken cancellation) =>
            inner.FindByOrderAsync(order, limit, cancellation);
    }
}
