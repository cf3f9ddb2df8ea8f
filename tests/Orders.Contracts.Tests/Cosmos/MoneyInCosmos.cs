using Orders.Contracts.Tests.Payments;

namespace Orders.Contracts.Tests.Cosmos;

public sealed class ProviderMessagesInCosmos() : ProviderMessagesContract(CosmosSubject.Create());

public sealed class PaymentIndexInCosmos() : PaymentIndexContract(CosmosSubject.Create());

public sealed class PaymentBookInCosmos() : PaymentBookContract(CosmosSubject.Create());

public sealed class MoneyTrailInCosmos() : MoneyTrailContract(CosmosSubject.Create());
