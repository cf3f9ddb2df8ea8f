using System.Reflection;
using System.Text.Json.Nodes;

namespace OrderFunctions.Tests.Deployment;

/// <summary>A split deployment runs every function, each in one app, and all that is durable in one.</summary>
public sealed class FunctionGroupsTests
{
    private const string Everywhere = "everywhere";

    private static readonly Dictionary<string, string[]> Groups = Repository.Json("infra/function-groups.json").AsObject()
        .Where(group => group.Value is JsonArray)
        .ToDictionary(group => group.Key, group => group.Value!.AsArray().Select(name => name!.GetValue<string>()).ToArray(), StringComparer.Ordinal);

    [Fact]
    public void Function_StandsInOneGroup_OfFunctionGroupsJson()
    {
        var listed = Groups.Values.SelectMany(group => group).Order(StringComparer.Ordinal).ToList();

        Assert.Equal(Repository.Functions.Keys.Order(StringComparer.Ordinal), listed);
    }

    /// <summary>But for the health, which every app tells: it asks the task hub whether it is there.</summary>
    [Fact]
    public void WhatIsDurable_AndWhatStartsIt_IsOneUnit() => Assert.Empty(
        from function in Repository.Functions
        where IsDurable(function.Value) && !Groups["order"].Contains(function.Key) && function.Key != "ReadHealth"
        select $"{function.Key} touches orchestrations, so it belongs to the group order");

    [Fact]
    public void DurableFunctions_AreFound() =>
        Assert.Superset(new HashSet<string> { "OrderLifecycle", "LookAtOrder", "PlaceOrder", "SignalLifecycle" }, Repository.Functions.Where(function => IsDurable(function.Value)).Select(function => function.Key).ToHashSet());

    /// <summary>Each app disables what is in the groups of the others: the list that Bicep makes, made here.</summary>
    [Fact]
    public void Apps_TogetherRunEverythingOnce()
    {
        var parts = Groups.Keys.Where(group => group != Everywhere).ToList();
        var all = parts.SelectMany(part => Groups[part]).ToList();
        var bicep = Repository.Text("infra/modules/app-settings.bicep");

        Assert.All(parts, part => Assert.Contains($"groups.{part}", bicep, StringComparison.Ordinal));
        Assert.Contains(string.Join(", ", parts.Select(part => $"'{part}'")), Repository.Text("infra/main.bicep"), StringComparison.Ordinal);
        Assert.All(all, function => Assert.Single(parts, part => !all.Except(Groups[part]).Contains(function)));
        Assert.Contains("UnknownRoute", Groups[Everywhere]);
    }

    /// <summary>A plan over zones keeps two instances of whatever scales by itself: HTTP together, durable functions together, each other trigger alone. infra/README says how many.</summary>
    [Fact]
    public void InstancesOfAPlanOverZones_AreAsManyAsTheReadmeSays()
    {
        var one = ScalingGroups(Repository.Functions.Keys);
        var split = Groups.Keys.Where(part => part != Everywhere).Sum(part => ScalingGroups(Groups[part].Concat(Groups[Everywhere])));
        var readme = string.Join(' ', Repository.Text("infra/README.md").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

        Assert.Contains($"That is {one} here, so {2 * one} instances; {split} and {2 * split} when split.", readme, StringComparison.Ordinal);
        Assert.Contains($"at the price of {2 * one} instances that are always there ({2 * split} when split", readme, StringComparison.Ordinal);
    }

    private static int ScalingGroups(IEnumerable<string> functions) => functions.Select(name =>
        Triggers<HttpTriggerAttribute>(name) ? "http" : Triggers<OrchestrationTriggerAttribute>(name) || Triggers<ActivityTriggerAttribute>(name) ? "durable" : name)
        .Distinct().Count();

    private static bool Triggers<T>(string function)
        where T : Attribute => Repository.Functions[function].GetParameters().Any(parameter => parameter.IsDefined(typeof(T)));

    private static bool IsDurable(MethodInfo method) => method.GetParameters().Any(parameter =>
        parameter.IsDefined(typeof(OrchestrationTriggerAttribute)) || parameter.IsDefined(typeof(ActivityTriggerAttribute)) || parameter.IsDefined(typeof(DurableClientAttribute)));
}
