import { runCommand } from '../../src/alerts/receivers/run-command.ts'
import { fillDescriptors } from '../helpers/fill-descriptors.ts'

// Opens files until no descriptor is left, runs a command, and prints how it ended.
const empty = fillDescriptors()
const command = { program: 'true', args: [], directory: '/', env: { PATH: '/usr/bin:/bin' }, input: 'x' }
const end = await runCommand(command, new AbortController().signal).catch(String)
empty()
process.stdout.write(JSON.stringify(end))
