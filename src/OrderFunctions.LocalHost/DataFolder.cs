namespace OrderFunctions.LocalHost;

/// <summary>The folder in which the local host keeps everything, and how it is emptied without taking what isn't the host's.</summary>
internal static class DataFolder
{
    private const string Lock = "local-functions.db.lock";

    /// <summary>The files that the host makes. The lock stays when the others go: it is what keeps a second host away meanwhile.</summary>
    private static readonly string[] Files =
        ["local-functions.db-wal", "local-functions.db-shm", "local-functions.db-journal", "local-functions.db", "keys.json", "keys.json.new", "notifications.log"];

    /// <summary>Where the provider keeps its own when it runs alone.</summary>
    public const string ProviderFolder = "provider";

    /// <summary>Where the reports of days lie.</summary>
    private const string ReportsFolder = "reports";

    /// <summary>Makes the folder if it is missing.</summary>
    /// <exception cref="IOException">It can't be made; the message says which and why.</exception>
    public static void Make(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"The data folder {Path.GetFullPath(folder)} can't be made: {refused.Message}", refused);
        }
    }

    /// <summary>Deletes what the host keeps in the folder. A missing folder is success.</summary>
    /// <exception cref="InvalidDataException">Something else lies there, so it is perhaps not the host's folder: nothing was deleted.</exception>
    /// <exception cref="IOException">A host runs on it: nothing was deleted.</exception>
    public static void Reset(string folder)
    {
        if (!Directory.Exists(folder))
            return;
        string[] folders = Directory.Exists(Path.Combine(folder, ProviderFolder)) ? [folder, Path.Combine(folder, ProviderFolder)] : [folder];
        foreach (var one in folders)
            RefuseForeign(one);
        var locks = new List<FileStream>();
        try
        {
            foreach (var one in folders)
                locks.Add(TakeLock(one));
            foreach (var one in folders)
                Array.ForEach(Files, file => File.Delete(Path.Combine(one, file)));
            if (Directory.Exists(Path.Combine(folder, ReportsFolder)))
                Directory.Delete(Path.Combine(folder, ReportsFolder), recursive: true);
        }
        finally
        {
            locks.ForEach(taken => taken.Dispose());
        }
    }

    private static void RefuseForeign(string folder)
    {
        foreach (var entry in Directory.EnumerateFileSystemEntries(folder))
        {
            var name = Path.GetFileName(entry);
            var isOurs = Directory.Exists(entry) ? name is ProviderFolder or ReportsFolder : name == Lock || Files.Contains(name);
            if (!isOurs)
                throw new InvalidDataException($"{Path.GetFullPath(folder)} holds '{name}', which is not the local host's. Nothing was deleted; --reset empties only a folder of its own.");
        }
    }

    private static FileStream TakeLock(string folder)
    {
        try
        {
            return new FileStream(Path.Combine(folder, Lock), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException inUse)
        {
            throw new IOException($"{Path.GetFullPath(folder)} is in use by another process. Stop that one before --reset; nothing was deleted.", inUse);
        }
    }
}
