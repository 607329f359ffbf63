import { readFileSync } from 'node:fs'
import test from 'ava'
import { makeJsonPath } from '../../src/settings/json-path.ts'

// `JSONPATH_SUITE=cts.json npm run thorough -- test/thorough/json-path-suite.test.ts` runs the compliance suite of RFC 9535. It is in no
// package: cts.json comes from github.com/jsonpath-standard/jsonpath-compliance-test-suite.

interface Case {
  readonly name: string
  readonly selector: string
  readonly document?: unknown
  readonly result?: readonly unknown[]
  readonly results?: readonly (readonly unknown[])[]
  readonly invalid_selector?: true
}

const file = process.env['JSONPATH_SUITE']

;(file === undefined ? test.skip : test)(
  'the compliance suite passes, except where a filter looks at $',
  (t) => {
    const { tests } = JSON.parse(readFileSync(file as string, 'utf8')) as { readonly tests: readonly Case[] }
    t.true(tests.length > 600)
    for (const { name, selector, document, result, results, invalid_selector: isInvalid } of tests) {
      const apply = () => makeJsonPath(selector)(document)
      if (isInvalid === true) t.throws(apply, { instanceOf: RangeError }, name)
      else if (looksAtRoot(selector)) t.throws(apply, { message: /not at the whole document/ }, name)
      else {
        const found = JSON.stringify(apply())
        const allowed = (results ?? [result]).map((one) => JSON.stringify(one))
        t.true(allowed.includes(found), `${name}: ${selector}: ${found}`)
      }
    }
  },
)

/** Whether a filter does. `$` can also stand in a name or a text. */
function looksAtRoot(selector: string): boolean {
  return selector.replaceAll(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/gs, '').lastIndexOf('$') > 0
}
