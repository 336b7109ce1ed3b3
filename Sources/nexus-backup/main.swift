import Commands
import Glibc

exit(await NexusBackup.execute(Array(CommandLine.arguments.dropFirst())))
