namespace Storefront.Outbox;

public sealed record OutboxMessage(long Id, string Topic, string AggregateId, string Payload);

public interface IOutbox
{
    /// <summary>Hands the oldest unsent messages to <paramref name="publish"/> and marks them as sent; returns how many.</summary>
    Task<int> DispatchAsync(int count, Func<OutboxMessage, CancellationToken, Task> publish, CancellationToken cancellationToken);
}

/// <summary>Polls the outboxes and publishes what it finds; the log stands in for a broker.</summary>
public sealed class OutboxDispatcher(IEnumerable<IOutbox> outboxes, ILogger<OutboxDispatcher> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(2));
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            foreach (var outbox in outboxes)
            {
                try
                {
                    await outbox.DispatchAsync(50, PublishAsync, stoppingToken);
                }
                catch (Exception exception) when (exception is not OperationCanceledException)
                {
                    logger.LogError(exception, "{Outbox} could not be dispatched", outbox.GetType().Name);
                }
            }
        }
    }

    private Task PublishAsync(OutboxMessage message, CancellationToken cancellationToken)
    {
        logger.LogInformation("{Topic} {AggregateId}: {Payload}", message.Topic, message.AggregateId, message.Payload);
        return Task.CompletedTask;
    }
}
