using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.Azure.Amqp;
using Microsoft.Azure.Amqp.Framing;
using Microsoft.Azure.Amqp.Sasl;
using Microsoft.Azure.Amqp.Transport;
using Orders.Azure.Tests.ServiceBus.Fake;

namespace Orders.Azure.Tests.ServiceBus.Wire;

/// <summary>
/// The bus in memory behind AMQP on a port of its own, as the emulator is reached: the SDK's client speaks to it over a socket. It knows what the adapters ask of the
/// wire: tokens (which it does not look at), sending one and many, scheduling, peeking, receiving from dead-letter queues, settling.
/// </summary>
internal sealed class WireServiceBus : IRuntimeProvider, IDisposable
{
    private readonly FakeServiceBus bus;
    private readonly AmqpConnectionListener listener;
    private readonly ConcurrentDictionary<string, SendingAmqpLink> answers = new(StringComparer.Ordinal);

    public WireServiceBus(FakeServiceBus bus)
    {
        this.bus = bus;
        var version = new AmqpVersion(1, 0, 0);
        var sasl = new SaslTransportProvider { Versions = { version } };
        sasl.AddHandler(new SaslAnonymousHandler("MSSBCBS"));
        var settings = new AmqpSettings { RuntimeProvider = this, TransportProviders = { sasl, new AmqpTransportProvider { Versions = { version } } } };
        (listener, var port) = Listen(settings);
        ConnectionString = string.Create(
            CultureInfo.InvariantCulture, $"Endpoint=sb://127.0.0.1:{port};SharedAccessKeyName=any;SharedAccessKey=any;UseDevelopmentEmulator=true;");
    }

    public string ConnectionString { get; }

    public void Dispose() => listener.Close();

    AmqpConnection IConnectionFactory.CreateConnection(
        TransportBase transport, ProtocolHeader protocolHeader, bool isInitiator, AmqpSettings amqpSettings, AmqpConnectionSettings connectionSettings) =>
        new(transport, protocolHeader, isInitiator: false, amqpSettings, connectionSettings);

    AmqpSession ISessionFactory.CreateSession(AmqpConnection connection, AmqpSessionSettings settings) => throw new InvalidOperationException("Sessions are begun by clients.");

    AmqpLink ILinkFactory.CreateLink(AmqpSession session, AmqpLinkSettings settings)
    {
        settings.MaxMessageSize = FakeServiceBus.MostBytes;
        return settings.IsReceiver() ? new ReceivingAmqpLink(session, settings) : new SendingAmqpLink(session, settings);
    }

    IAsyncResult ILinkFactory.BeginOpenLink(AmqpLink link, TimeSpan timeout, AsyncCallback callback, object state)
    {
        if (link is ReceivingAmqpLink incoming)
        {
            var address = ((Target)link.Settings.Target).Address.ToString()!.TrimStart('/');
            incoming.RegisterMessageListener(message => Take(address, incoming, message));
            incoming.SetTotalLinkCredit(100, applyNow: true, updateAutoFlow: true);
        }
        else
        {
            Open((SendingAmqpLink)link, ((Source)link.Settings.Source).Address.ToString()!.TrimStart('/'));
        }

        var opened = new TaskCompletionSource(state);
        opened.SetResult();
        callback?.Invoke(opened.Task);
        return opened.Task;
    }

    void ILinkFactory.EndOpenLink(IAsyncResult result) => ((Task)result).GetAwaiter().GetResult();

    private void Open(SendingAmqpLink link, string address)
    {
        if (address == "$cbs" || WireNames.IsManagement(address))
            answers[((Target)link.Settings.Target).Address.ToString()!] = link;
        else
            _ = new WireDeliveries(bus, link, WireNames.Read(address));
    }

    private void Take(string address, ReceivingAmqpLink link, AmqpMessage message)
    {
        if (address == "$cbs")
            Answer(message, WireMessages.Accepted());
        else if (WireNames.IsManagement(address))
            Answer(message, WireManagement.Answer(bus, WireNames.Read(address), message));
        else
            Put(address, link, message);
    }

    private void Put(string address, ReceivingAmqpLink link, AmqpMessage message)
    {
        try
        {
            var messages = WireMessages.ReadAll(message);
            bus.CallAsync($"send {address} {messages.Count}", () => Put(address, messages), CancellationToken.None).GetAwaiter().GetResult();
            link.AcceptMessage(message, settled: true, batchable: false);
        }
        catch (Exception refused)
        {
            // The wire's edge: what the bus says goes to the client as the protocol has it.
            link.DisposeMessage(message, new Rejected { Error = WireMessages.ErrorOf(refused) }, settled: true, batchable: false);
        }
    }

    private bool Put(string address, IReadOnlyList<global::Azure.Messaging.ServiceBus.ServiceBusMessage> messages)
    {
        bus.Put(address, messages, at: null);
        return true;
    }

    private void Answer(AmqpMessage request, AmqpMessage answer)
    {
        answer.Properties.CorrelationId = request.Properties.MessageId;
        answer.Settled = true;
        request.Link.DisposeDelivery(request, true, AmqpConstants.AcceptedOutcome);
        answers[request.Properties.ReplyTo.ToString()!].SendMessageNoWait(answer, AmqpConstants.EmptyBinary, AmqpConstants.NullBinary);
    }

    /// <summary>A free port may be somebody else's a moment later: then another one.</summary>
    private static (AmqpConnectionListener Listener, int Port) Listen(AmqpSettings settings)
    {
        for (var attempt = 1; ; attempt++)
        {
            var port = FreePort();
            var listener = new AmqpConnectionListener(
                [string.Create(CultureInfo.InvariantCulture, $"amqp://127.0.0.1:{port}")], settings, new AmqpConnectionSettings { ContainerId = "bus", MaxFrameSize = 64 * 1024 });
            try
            {
                listener.Open();
                return (listener, port);
            }
            catch (SocketException) when (attempt < 5)
            {
                listener.Close();
            }
        }
    }

    private static int FreePort()
    {
        using var socket = new TcpListener(IPAddress.Loopback, 0);
        socket.Start();
        return ((IPEndPoint)socket.LocalEndpoint).Port;
    }
}
