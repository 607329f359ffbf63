// The program under another path, so that no other process has the same command line.
import '../../src/cli.ts'
