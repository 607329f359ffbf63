// The program under another path, so that it is the only process of that command line.
import '../../src/cli.ts'
