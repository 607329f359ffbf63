import { readFileSync } from 'node:fs'
import test from 'ava'
import { parseDockerfile } from '../run/dockerfile.ts'
import { parseWorkflowFile } from '../run/workflow.ts'

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')

test("the CI workflow is valid by GitHub's own parser, and runs .ci/run", async (t) => {
  const { errors, steps } = await parseWorkflowFile('ci.yml', read('.github/workflows/ci.yml'))
  t.deepEqual(errors, [])
  t.true(steps.some(({ run }) => run === '.ci/run'))
})

test('a workflow with a mistake is refused', async (t) => {
  const text = read('.github/workflows/ci.yml').replace('runs-on:', 'run-on:')
  const { errors } = await parseWorkflowFile('ci.yml', text)
  t.regex(errors.join('\n'), /run-on/)
})

test('the image runs as a user without rights, with a health check', (t) => {
  const instructions = parseDockerfile(read('Dockerfile'))
  const last = instructions.slice(instructions.findLastIndex(({ name }) => name === 'FROM'))
  const of = (name: string) => last.filter((one) => one.name === name).map(({ args }) => args)
  t.deepEqual(of('USER'), ['node'])
  t.is(of('HEALTHCHECK').length, 1)
  t.is(of('ENTRYPOINT').length, 1)
})
