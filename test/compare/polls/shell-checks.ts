import { spawnSync } from 'node:child_process'
import { expressionOf } from './case.ts'
import type { Ask, JsonCheck } from './case.ts'

/** Whether a status is one of those that headcount's `accept` names. */
export function isAccepted(status: number, accept = '200..=299'): boolean {
  return accept.split(',').some((item) => {
    const [from = 0, to = from] = item.split('..=').map(Number)
    return from <= status && status <= to
  })
}

/** What a script would find wrong: with grep in the heads and in a body, of which it takes the bytes for UTF-8, and with jq. Or ''. */
export function failedCheck(ask: Ask, heads: string, body: Buffer): 'header' | 'body' | '' {
  const last = heads.trimEnd().split('\r\n\r\n').at(-1) ?? ''
  for (const [name, pattern] of Object.entries(ask.response ?? {})) {
    const values = last
      .split('\r\n')
      .filter((line) => line.toLowerCase().startsWith(`${name.toLowerCase()}:`))
      .map((line) => line.slice(name.length + 1).trim())
    if (!values.some((value) => hasMatch(pattern, value))) return 'header'
  }
  const text = body.subarray(0, ask.bodyLimit).toString()
  if ((ask.body ?? []).some((pattern) => !hasMatch(pattern, text))) return 'body'
  if ((ask.bodyNot ?? []).some((pattern) => hasMatch(pattern, text))) return 'body'
  return (ask.json ?? []).every((check) => hasJson(check, body)) ? '' : 'body'
}

function hasMatch(pattern: string, text: string): boolean {
  const [source, flags] = expressionOf(pattern)
  return new RegExp(source, flags).test(text)
}

function hasJson({ path, operator, value = '' }: JsonCheck, body: Buffer): boolean {
  const steps = path.map((name) => `[${JSON.stringify(name)}]`).join('')
  const compared = {
    '': 'true',
    '=': '(tostring) == $value',
    '!=': '(tostring) != $value',
    '<': '(tonumber) < ($value | tonumber)',
    '>': '(tonumber) > ($value | tonumber)',
  }[operator]
  const last = path.at(-1) as string | number
  const parent = path
    .slice(0, -1)
    .map((name) => `[${JSON.stringify(name)}]`)
    .join('')
  const exists =
    typeof last === 'number'
      ? `(.${parent} | length > ${last})`
      : `(.${parent} | has(${JSON.stringify(last)}))`
  const filter = `${exists} and (.${steps} | ${compared})`
  return spawnSync('jq', ['-e', '--arg', 'value', value, filter], { input: body }).status === 0
}
