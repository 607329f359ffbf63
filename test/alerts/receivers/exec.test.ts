import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import type { ExecutionContext } from 'ava'
import { EXEC } from '../../../src/alerts/receivers/exec.ts'
import { directoryOf } from '../../helpers/directory.ts'
import { makeNotification } from '../../helpers/notification.ts'
import { NO_LIMIT, senderFor, settingsFor } from '../../helpers/receiver-settings.ts'
import { waitUntil } from '../../helpers/wait-until.ts'

/** Sends by a shell script. */
function sendBy(t: ExecutionContext, script: string, given: Record<string, unknown> = {}, signal = NO_LIMIT) {
  const directory = directoryOf(t)
  const file = join(directory, 'notify.sh')
  writeFileSync(file, `#!/bin/sh\n${script}`)
  chmodSync(file, 0o755)
  const sender = senderFor(
    EXEC,
    { command: './notify.sh', ...(given as Record<string, string>) },
    { directory },
  )
  return { directory, sending: sender.send(makeNotification(), signal) }
}

test('a command gets JSON on its standard input, its arguments as they are, and few variables', async (t) => {
  process.env['SECRET_OF_HEADCOUNT'] = 's3cret'
  const out = join(directoryOf(t), 'out')
  const { sending } = sendBy(
    t,
    `cat > "$OUT"; printf '%s|' "$@"; echo "$OUT" "$HEADCOUNT_STATUS"; env | grep SECRET; true`,
    {
      args: ['a b', '$HOME; rm x', ''],
      env: { OUT: out },
    },
  )
  const result = await sending
  t.true(result.said.endsWith(': a b|$HOME; rm x||xxxxx firing'), result.said)
  t.like(JSON.parse(readFileSync(out, 'utf8')), {
    version: 1,
    receiver: 'ops',
    url: 'https://shop.example/cart',
  })
})

const ENDS = [
  ['exit 1', { type: 'retry', said: 'exit status 1', retryAfterMs: null }],
  ['echo no such user >&2; exit 67', { type: 'refused', said: 'exit status 67: no such user' }],
  ['exit 75', { type: 'retry', said: 'exit status 75', retryAfterMs: null }],
  ['kill -9 $$', { type: 'retry', said: 'ended by SIGKILL', retryAfterMs: null }],
  ['exec 0<&-; exit 0', { type: 'sent', said: 'exit status 0' }],
] as const

for (const [script, result] of ENDS) {
  test(`a command: ${script}`, async (t) => {
    t.deepEqual(await sendBy(t, script).sending, result)
  })
}

test('a command that runs too long is killed', async (t) => {
  // It says nothing: a busy machine may not have come to its first line by then.
  const { sending } = sendBy(t, 'while :; do sleep 600; done', { timeout: '100ms' })
  t.deepEqual(await sending, {
    type: 'retry',
    said: 'it did not end in time, and was killed',
    retryAfterMs: null,
  })
})

test('so is one that does not end when it is asked to, and what it has written is said', async (t) => {
  const file = join(directoryOf(t), 'mark')
  const abort = new AbortController()
  const script = `trap '' TERM; echo started; : > "$STARTED"; while :; do sleep 600; done`
  const { sending } = sendBy(t, script, { env: { STARTED: file }, timeout: '5m' }, abort.signal)
  await waitUntil(() => existsSync(file))
  // What it has written is there, and is read before the next turn.
  await new Promise((resolve) => setImmediate(resolve))
  abort.abort()
  t.deepEqual(await sending, {
    type: 'retry',
    said: 'it did not end in time, and was killed: started',
    retryAfterMs: null,
  })
})

test('its children are killed when its time is over, also if it ends itself', async (t) => {
  const file = join(directoryOf(t), 'pid')
  const abort = new AbortController()
  const script = `(trap '' TERM; echo $$ > "$PID"; exec sleep 600) & wait`
  const { sending } = sendBy(t, script, { env: { PID: file }, timeout: '5m' }, abort.signal)
  while (!existsSync(file) || readFileSync(file, 'utf8') === '') await new Promise(setImmediate)
  abort.abort()
  await sending
  const group = Number(readFileSync(file, 'utf8'))
  t.true(group > 1)
  // No process of the group is left, other than what waits to be collected. To end, it needs a processor.
  await waitUntil(() => processesOf(group).every((state) => state === 'Z'))
})

function processesOf(group: number): string[] {
  const { stdout } = spawnSync('ps', ['-eo', 'pgid=,stat='])
  return stdout
    .toString()
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([pgid]) => Number(pgid) === group)
    .map(([, state = '']) => state.charAt(0))
}

test('a command that leaves a process behind is not waited for longer than a moment', async (t) => {
  const file = join(directoryOf(t), 'pid')
  const { sending } = sendBy(t, 'sleep 600 & echo $! > "$PID"; echo done', {
    env: { PID: file },
    timeout: '5m',
  })
  t.deepEqual(await sending, { type: 'sent', said: 'exit status 0: done' })
  process.kill(Number(readFileSync(file, 'utf8')), 'SIGKILL')
})

test('endless output is dropped past a bound', async (t) => {
  const { said, type } = await sendBy(t, 'yes | head -c 5000000').sending
  t.is(type, 'sent')
  t.true(said.length < 400)
})

test('a program that is not there is refused when it is run, and a path at the start', async (t) => {
  const sender = senderFor(EXEC, { command: 'no-such-program-of-headcount' })
  t.deepEqual(await sender.send(makeNotification(), NO_LIMIT), {
    type: 'refused',
    said: 'it could not be started: ENOENT',
  })
  t.throws(() => settingsFor(EXEC, { command: './none' }), { message: 'there is no such program' })
  t.throws(() => settingsFor(EXEC, { command: '/etc/hostname' }), {
    message: 'it is not executable: chmod +x',
  })
  t.throws(() => settingsFor(EXEC, { command: 'sh', env: { 'A-B': '1' } }), { instanceOf: RangeError })
  t.throws(() => settingsFor(EXEC, { command: 'sh', timeout: '1ms' }), { message: 'from 100ms to 5m' })
})

test('what a command has written is read, though this thread stood still meanwhile', async (t) => {
  const directory = directoryOf(t)
  const [pid, go, written] = [join(directory, 'pid'), join(directory, 'go'), join(directory, 'written')]
  const late = 'until [ -e "$GO" ] || [ ! -e "$DIRECTORY" ]; do sleep 0.01; done; echo late; : > "$WRITTEN"'
  const { sending } = sendBy(t, `echo $$ > "$PID"; (${late}) & exit 0`, {
    env: { DIRECTORY: directory, PID: pid, GO: go, WRITTEN: written },
    timeout: '5m',
  })
  // Its id goes away in the turn in which this thread hears of its end. The next one begins with timers.
  const hasEnded = () => existsSync(pid) && isGone(Number(readFileSync(pid, 'utf8')))
  while (!hasEnded()) await new Promise((resolve) => setImmediate(resolve))
  // What the command has started holds its output. It writes while the time for that passes.
  writeFileSync(go, '')
  const cell = new Int32Array(new SharedArrayBuffer(4))
  const end = performance.now() + 600
  while (performance.now() < end || !existsSync(written)) Atomics.wait(cell, 0, 0, 20)
  t.deepEqual(await sending, { type: 'sent', said: 'exit status 0: late' })
})

/** Whether a process has ended, and was collected. 0: its id is not known yet. */
function isGone(pid: number): boolean {
  if (pid === 0) return false
  try {
    process.kill(pid, 0)
    return false
  } catch {
    return true
  }
}
