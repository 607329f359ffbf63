import { readFileSync } from 'node:fs'
import test from 'ava'

/** Each union of messages, with the files whose switches handle it. */
const HANDLERS: Readonly<Record<string, readonly string[]>> = {
  PendingMessage: ['src/threads/poller-handler.ts'],
  CompleteMessage: ['src/supervisors/pollers/poller-thread.ts'],
  StatusMessage: ['src/threads/monitor-handler.ts'],
  MonitorMessage: ['src/threads/monitor-handler.ts'],
  MonitorEvent: ['src/supervisors/monitor/monitor-events.ts'],
  MonitorQuestion: ['src/threads/question-handler.ts'],
  ProbeMessage: ['src/supervisors/web/probe-relay.ts'],
  ProbeEvent: ['src/web/server/probe-client.ts'],
  MainRequest: ['src/supervisors/web/web-thread.ts'],
  WebMessage: ['src/web/server/web-handler.ts'],
  WebEvent: ['src/supervisors/web/web-thread.ts'],
}

const read = (file: string) => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8')

const matches = (text: string, pattern: RegExp) =>
  [...text.matchAll(pattern)].map(([, name]) => name as string)

const PROTOCOLS = ['protocol', 'web-protocol', 'probe-protocol']
  .map((name) => read(`src/threads/${name}.ts`))
  .join('')

const MEMBERS = new Map(
  [...PROTOCOLS.matchAll(/^export type (\w+) =\n((?: .*\n)+)/gm)].map(
    ([, name, members]) => [name as string, members as string] as const,
  ),
)

/** The unions that are members of a union. */
const partsOf = (members: string) => matches(members, /^ {2}\| (\w+)$/gm).filter((name) => MEMBERS.has(name))

const PARTS = new Set([...MEMBERS.values()].flatMap(partsOf))

/** The unions that have more than one type of message, with their types and those of their parts. */
const UNIONS = new Map(
  [...MEMBERS]
    .filter(([name]) => !PARTS.has(name))
    .map(([name, members]) => {
      const all =
        members +
        partsOf(members)
          .map((part) => MEMBERS.get(part))
          .join('')
      return [name, matches(all, /readonly type: '([\w]+)'/g)]
    }),
)

/** The switches over a variable that is called `message` or `event`: the types that each handles, and how it ends. */
function switchesOf(file: string): { types: string[]; exhaustive: boolean }[] {
  return [...read(file).matchAll(/^( +)switch \((?:message|event)\.type\) \{\n([^]*?)\n\1\}/gm)].map(
    ([, , body]) => ({
      types: matches(body as string, /^ +case '(\w+)':/gm),
      exhaustive: /default:\n +(return )?(message|event) satisfies never$/.test(body as string),
    }),
  )
}

test('the table of handlers names every union of messages', (t) => {
  t.deepEqual([...UNIONS.keys()].toSorted(), Object.keys(HANDLERS).toSorted())
})

for (const [name, files] of Object.entries(HANDLERS)) {
  for (const file of files) {
    test(`${file} handles every ${name}`, (t) => {
      const types = UNIONS.get(name)?.toSorted()
      t.true(types !== undefined && types.length > 1)
      const switches = switchesOf(file)
      t.true(switches.every(({ exhaustive }) => exhaustive))
      t.true(
        switches.some((one) => one.types.toSorted().join() === types?.join()),
        `${types?.join()} is none of ${JSON.stringify(switches)}`,
      )
    })
  }
}
