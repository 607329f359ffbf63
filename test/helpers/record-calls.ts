// Loaded before the program, with `--import`, in each of its threads. Records the first call of each function that
// RECORD_CALLS names, as a line on descriptor 3: nanoseconds, thread, file, function. The program's own code has no part
// in it: a module hook adds a line for each function to the end of its file.
import { writeSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { isMainThread } from 'node:worker_threads'

/** The functions to record, by path of the file: `name` or `Class.method`. */
export type RecordedFunctions = Readonly<Record<string, readonly string[]>>

const functions = JSON.parse(process.env['RECORD_CALLS'] as string) as RecordedFunctions
const root = new URL('../../', import.meta.url).href
let thread = 'main'

type AnyFunction = (...args: unknown[]) => unknown

function record(file: string, name: string, recorded: AnyFunction | undefined): AnyFunction | undefined {
  if (typeof recorded !== 'function') return recorded
  let called = false
  return function call(this: unknown, ...args) {
    if (!called) writeSync(3, `${process.hrtime.bigint()} ${thread} ${file} ${name}\n`)
    called = true
    return recorded.apply(this, args)
  }
}

Object.assign(globalThis, { recordCalls: record })

/** The statement that puts the recording function in the place of one of its module. */
function statementFor(file: string, name: string): string {
  const [first, method] = name.split('.')
  const target = method === undefined ? first : `${first}.prototype.${method}`
  return `if (typeof ${first} !== 'undefined') ${target} = recordCalls('${file}', '${name}', ${target});`
}

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context)
    const file = url.startsWith(root) ? url.slice(root.length) : ''
    if (!isMainThread && file.startsWith('workers/')) thread = file.slice('workers/'.length, -'.ts'.length)
    const names = functions[file]
    if (names === undefined) return loaded
    const source = loaded.source as string | Uint8Array
    const text = typeof source === 'string' ? source : Buffer.from(source).toString()
    return { ...loaded, source: [text, ...names.map((name) => statementFor(file, name))].join('\n') }
  },
})
