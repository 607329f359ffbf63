import test from 'ava'
import { runCommand } from '../../../src/alerts/receivers/run-command.ts'
import { runScript } from '../../helpers/program.ts'

// Its own file: it stands in for the system, for the whole process.
test('a command that may not be killed, as one of another user, is not waited for', async (t) => {
  const { kill } = process
  t.teardown(() => {
    process.kill = kill
  })
  process.kill = () => {
    throw Object.assign(new Error('kill EPERM'), { code: 'EPERM' })
  }
  const abort = new AbortController()
  // It ends by itself.
  const command = { program: 'sleep', args: ['3'], directory: '/', env: { PATH: '/usr/bin:/bin' }, input: '' }
  const ending = runCommand(command, abort.signal)
  abort.abort()
  t.deepEqual(await ending, { type: 'timeout', isKilled: false, output: '' })
})

test('out of descriptors, a command cannot be started', async (t) => {
  const prefix = ['sh', '-c', 'ulimit -n 64; exec "$0" "$@"']
  const end = await runScript(t, 'command-without-descriptors', [], { prefix })
  t.deepEqual(end, { type: 'failed', code: 'EMFILE' })
})
