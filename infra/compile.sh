#!/usr/bin/env bash
# Compiles the Bicep with Microsoft's compiler, which knows every resource type and version that it names; any error or warning fails. Takes `bicep` when it is
# installed, else the compiler's package from NuGet (Linux, x64). Nothing is deployed, and Azure is not asked.
set -euo pipefail
cd "$(dirname "$0")"
version=0.49.2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

if command -v bicep >/dev/null; then
  bicep=bicep
else
  cat >"$work/bicep.csproj" <<EOF
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup>
  <ItemGroup><PackageDownload Include="Azure.Bicep.CommandLine.linux-x64" Version="[$version]" /></ItemGroup>
</Project>
EOF
  dotnet restore "$work/bicep.csproj" -v q
  bicep=$(dotnet nuget locals global-packages --list | sed 's/.*: //')azure.bicep.commandline.linux-x64/$version/tools/bicep
  chmod +x "$bicep"
fi

"$bicep" build main.bicep --outfile "$work/main.json" 2>"$work/said" || { cat "$work/said" >&2; exit 1; }
"$bicep" lint main.bicep 2>>"$work/said" || { cat "$work/said" >&2; exit 1; }
if [ -s "$work/said" ]; then
  cat "$work/said" >&2
  exit 1
fi
echo "The Bicep compiles: $(grep -c '"type": "Microsoft\.[A-Za-z]*/' "$work/main.json") resources and references."
