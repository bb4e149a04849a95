using Microsoft.CodeAnalysis.Operations;

namespace DbSafety.Model;

internal enum ExternalKind { Http, Wait, Mail, Broker }

/// <summary>Calls that leave the program for something else than the database, or wait: by type and name, so that no library need be referenced.</summary>
internal static class ExternalCalls
{
    private static readonly Dictionary<string, Entry[]> ByType = new Entry[]
    {
        new("HttpClient", "System.Net.Http", ExternalKind.Http, "Get", "Post", "Put", "Patch", "Delete", "Send"),
        new("HttpMessageInvoker", "System.Net.Http", ExternalKind.Http, "Send"),
        new("HttpClientJsonExtensions", "System.Net.Http.Json", ExternalKind.Http, "Get", "Post", "Put", "Patch", "Delete"),
        new("HttpClientExtensions", "System.Net.Http", ExternalKind.Http, "Post", "Put", "Patch"),
        new("WebClient", "System.Net", ExternalKind.Http, "Download", "Upload", "Open"),
        new("WebRequest", "System.Net", ExternalKind.Http, "GetResponse", "GetRequestStream"),
        new("HttpWebRequest", "System.Net", ExternalKind.Http, "GetResponse", "GetRequestStream"),
        new("IRestClient", "RestSharp", ExternalKind.Http, "Execute", "Download"),
        new("RestClient", "RestSharp", ExternalKind.Http, "Execute", "Download"),
        new("RestClientExtensions", "RestSharp", ExternalKind.Http, "Execute", "Get", "Post", "Put", "Patch", "Delete", "Download"),
        new("GeneratedExtensions", "Flurl.Http", ExternalKind.Http, "Get", "Post", "Put", "Patch", "Delete", "Send"),
        new("Task", "System.Threading.Tasks", ExternalKind.Wait, "Delay"),
        new("Thread", "System.Threading", ExternalKind.Wait, "Sleep"),
        new("SmtpClient", "System.Net.Mail", ExternalKind.Mail, "Send"),
        new("SmtpClient", "MailKit.Net.Smtp", ExternalKind.Mail, "Send", "Connect", "Authenticate"),
        new("ISmtpClient", "MailKit.Net.Smtp", ExternalKind.Mail, "Send"),
        new("IMailTransport", "MailKit", ExternalKind.Mail, "Send"),
        new("MailTransport", "MailKit", ExternalKind.Mail, "Send"),
        new("IMailService", "MailKit", ExternalKind.Mail, "Connect", "Authenticate"),
        new("MailService", "MailKit", ExternalKind.Mail, "Connect", "Authenticate"),
        new("ISendGridClient", "SendGrid", ExternalKind.Mail, "SendEmail"),
        new("SendGridClient", "SendGrid", ExternalKind.Mail, "SendEmail"),
        new("BaseClient", "SendGrid", ExternalKind.Mail, "SendEmail"),
        new("IModel", "RabbitMQ.Client", ExternalKind.Broker, "BasicPublish"),
        new("IModelExensions", "RabbitMQ.Client", ExternalKind.Broker, "BasicPublish"),
        new("IChannel", "RabbitMQ.Client", ExternalKind.Broker, "BasicPublish"),
        new("IChannelExtensions", "RabbitMQ.Client", ExternalKind.Broker, "BasicPublish"),
        new("IProducer", "Confluent.Kafka", ExternalKind.Broker, "Produce"),
        new("ServiceBusSender", "Azure.Messaging.ServiceBus", ExternalKind.Broker, "Send", "Schedule"),
        new("EventHubProducerClient", "Azure.Messaging.EventHubs.Producer", ExternalKind.Broker, "Send"),
        new("IBus", "MassTransit", ExternalKind.Broker, "Publish", "Send"),
        new("IPublishEndpoint", "MassTransit", ExternalKind.Broker, "Publish"),
        new("PublishExecuteExtensions", "MassTransit", ExternalKind.Broker, "Publish"),
        new("ISendEndpoint", "MassTransit", ExternalKind.Broker, "Send"),
        new("IMessageSession", "NServiceBus", ExternalKind.Broker, "Send", "Publish"),
        new("IMessageSessionExtensions", "NServiceBus", ExternalKind.Broker, "Send", "Publish"),
    }.GroupBy(e => e.Type).ToDictionary(g => g.Key, g => g.ToArray(), StringComparer.Ordinal);

    private static readonly string[] Beginnings = [.. ByType.Values.SelectMany(entries => entries).Where(e => e.Kind != ExternalKind.Wait).SelectMany(e => e.Members).Distinct()];

    /// <summary>What an invocation calls outside of the program and its database; null where it calls nothing that is known.</summary>
    public static ExternalKind? Of(IInvocationOperation call)
    {
        var type = call.TargetMethod.ContainingType;
        return ByType.TryGetValue(type.Name, out var entries)
            && Array.Find(entries, e => Array.Exists(e.Members, m => call.TargetMethod.Name.StartsWith(m, StringComparison.Ordinal))
                && type.ContainingNamespace.ToDisplayString() == e.Namespace) is { } entry
            ? entry.Kind
            : null;
    }

    /// <summary>Some such call has a name like this one.</summary>
    public static bool IsName(string name) => Array.Exists(Beginnings, b => name.StartsWith(b, StringComparison.Ordinal));

    /// <param name="Members">Beginnings of the names of the methods.</param>
    private sealed record Entry(string Type, string Namespace, ExternalKind Kind, params string[] Members);
}
