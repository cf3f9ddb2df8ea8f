return await OrderFunctions.LocalHost.LocalHostProgram.RunAsync(args, Console.Out, Console.Error);
