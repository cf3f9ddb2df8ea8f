namespace LocalFunctions;

/// <summary>Runs the function for the changes of a container. Names may be <c>%Setting%</c>.</summary>
public sealed class CosmosDBTriggerAttribute : TriggerBindingAttribute
{
    public CosmosDBTriggerAttribute(string databaseName, string containerName)
    {
        if (string.IsNullOrWhiteSpace(containerName))
            throw new ArgumentException("A change feed needs the name of its container.", nameof(containerName));
        if (string.IsNullOrWhiteSpace(databaseName))
            throw new ArgumentException("A change feed needs the name of its database.", nameof(databaseName));
        ContainerName = containerName;
        DatabaseName = databaseName;
    }

    public string ContainerName { get; private set; }

    /// <summary>The local host has one database and ignores it.</summary>
    public string DatabaseName { get; private set; }

    public string? Connection { get; set; }

    /// <summary>The local host keeps leases itself and ignores everything about them.</summary>
    public string? LeaseContainerName { get; set; }

    public string? LeaseDatabaseName { get; set; }

    public string? LeaseConnection { get; set; }

    public bool CreateLeaseContainerIfNotExists { get; set; } = false;

    public int LeasesContainerThroughput { get; set; }

    /// <summary>Keeps several functions apart that share a lease container, as the function's name does here.</summary>
    public string? LeaseContainerPrefix { get; set; }

    /// <summary>Milliseconds between two looks at an idle feed. The local host is told of each change and ignores it.</summary>
    public int FeedPollDelay { get; set; }

    public int LeaseRenewInterval { get; set; }

    public int LeaseAcquireInterval { get; set; }

    public int LeaseExpirationInterval { get; set; }

    /// <summary>Most changes in one call; 100 when 0.</summary>
    public int MaxItemsPerInvocation { get; set; }

    /// <summary>Whether a function that has never run begins with the oldest change that is kept, rather than with the next one.</summary>
    public bool StartFromBeginning { get; set; } = false;
}
