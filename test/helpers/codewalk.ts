/** A step of a walk: functions of one file that one thread calls, in this order. */
export interface Step {
  readonly title: string
  readonly file: string
  readonly thread: string
  readonly functions: readonly string[]
}

/** The first call of a function in a thread. */
export interface Call {
  readonly at: bigint
  readonly thread: string
  readonly file: string
  readonly name: string
}

/** The steps of the walk in docs/codewalk.md. */
export function stepsOf(walk: string): Step[] {
  return [...walk.matchAll(/^## (\d+\. .+)\n\n`([^`]+)`, (\w+) thread: (.+)$/gm)].map(
    ([, title, file, thread, functions]) => ({
      title: title as string,
      file: file as string,
      thread: thread as string,
      functions: functionsIn(functions as string),
    }),
  )
}

/** The steps of the walk inside its fifth step. */
export function stepsOfPoll(walk: string): Step[] {
  const section = /^## Inside step 5.*?(?=^## )/ms.exec(walk)?.[0] ?? ''
  return [...section.matchAll(/^(\d+)\. `([^`]+)`: (.+)$/gm)].map(([, number, file, functions]) => ({
    title: `5.${number}`,
    file: file as string,
    thread: 'poller',
    functions: functionsIn(functions as string),
  }))
}

function functionsIn(text: string): string[] {
  return [...text.matchAll(/`([\w.]+)\(\)`/g)].map(([, name]) => name as string)
}

/** The calls in what test/helpers/record-calls.ts has written so far. */
export function callsIn(text: string): Call[] {
  const lines = text.split('\n').slice(0, -1)
  return lines.map((line) => {
    const [at, thread, file, name] = line.split(' ') as [string, string, string, string]
    return { at: BigInt(at), thread, file, name }
  })
}

function callOf({ file, thread }: Step, name: string, calls: readonly Call[]): Call | undefined {
  return calls.find((one) => one.file === file && one.name === name && one.thread === thread)
}

/** The functions of the steps that the thread of their step has not called. */
export function missingFunctions(steps: readonly Step[], calls: readonly Call[]): string[] {
  return steps.flatMap((step) =>
    step.functions
      .filter((name) => callOf(step, name, calls) === undefined)
      .map((name) => `${step.title}: the ${step.thread} thread does not call ${name} of ${step.file}`),
  )
}

/**
 * How the calls differ from the steps. Each function has to be called in the thread of its step. A thread has to make its
 * calls in the order of the steps. A step has to end after the one before it: steps of two threads that receive messages
 * at the same time may begin in any order.
 */
export function differences(steps: readonly Step[], calls: readonly Call[]): string[] {
  const found = missingFunctions(steps, calls)
  const lastOfThread = new Map<string, { at: bigint; name: string }>()
  let lastStep: { at: bigint; title: string } | null = null
  for (const step of steps) {
    const { title, thread } = step
    let end: bigint | null = null
    for (const name of step.functions) {
      const call = callOf(step, name, calls)
      if (call === undefined) continue
      const before = lastOfThread.get(thread)
      if (before !== undefined && call.at < before.at)
        found.push(`${title}: ${name} is called before ${before.name}`)
      lastOfThread.set(thread, { at: call.at, name })
      end = call.at
    }
    if (end === null) continue
    if (lastStep !== null && end < lastStep.at) found.push(`${title}: it ends before ${lastStep.title}`)
    lastStep = { at: end, title }
  }
  return found
}
