using Orders.Application.Payments;
using Orders.Contracts.Tests.Subjects;
using Orders.Domain;
using static Orders.Contracts.Tests.Subjects.Sample;

namespace Orders.Contracts.Tests.Payments;

/// <summary>What every payment index must do.</summary>
public abstract class PaymentIndexContract(Subject subject) : ContractTests(subject)
{
    [Fact]
    public async Task Add_IsFoundByOrderAndPayment()
    {
        var index = Subject.Port<IPaymentIndex>();
        var payment = PaymentId.Derive(Ref(1).OrderId, "a");
        Assert.Null(await index.FindAsync(Ref(1).OrderId, payment, None));
        await index.AddAsync(payment, Ref(1), None);
        await index.AddAsync(payment, Ref(1), None);
        await Subject.RestartAsync();
        index = Subject.Port<IPaymentIndex>();
        Assert.Equal(Ref(1), await index.FindAsync(Ref(1).OrderId, payment, None));
        Assert.Null(await index.FindAsync(Ref(2).OrderId, payment, None));
    }
}

public sealed class PaymentIndexInMemory() : PaymentIndexContract(Subject.OnMemory());

public sealed class PaymentIndexInFile() : PaymentIndexContract(Subject.OnFile());
