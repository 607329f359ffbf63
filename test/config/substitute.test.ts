import test from 'ava'
import { substitute, SubstituteError } from '../../src/config/substitute.ts'

const env = { NAME: 'value', EMPTY: '', DOLLAR: '${NAME}' }

const fills = test.macro({
  exec: (t, text: string, filled: string) => {
    t.is(substitute(text, env).text, filled)
  },
  title: (_, text: string) => `fills in ${text}`,
})

test(fills, 'plain', 'plain')
test(fills, 'a ${NAME} b ${NAME}', 'a value b value')
test(fills, '${EMPTY}', '')
test(fills, '${EMPTY:-default}', 'default')
test(fills, '${MISSING:-default}', 'default')
test(fills, '${MISSING:-}', '')
test(fills, '${MISSING:-a:-b}', 'a:-b')
test(fills, '$$', '$')
test(fills, '$${NAME}', '${NAME}')
test(fills, '$$$$ $x $', '$$ $x $')
// What is put in is not looked at again.
test(fills, '${DOLLAR}', '${NAME}')

const refuses = test.macro({
  exec: (t, text: string, at: number, message: RegExp) => {
    const error = t.throws(() => substitute(text, env), { instanceOf: SubstituteError, message })
    t.is(error.at, at)
  },
  title: (_, text: string) => `refuses ${text}`,
})

test(refuses, 'a ${MISSING}', 2, /^the environment variable MISSING is not set$/)
test(refuses, '${NAME', 0, /^write \$\{NAME\}/)
test(refuses, '${}', 0, /^write \$\{NAME\}/)
test(refuses, '${1}', 0, /^write \$\{NAME\}/)
test(refuses, '${NAME-x}', 0, /^write \$\{NAME\}/)
test(refuses, '$$${__proto__}', 2, /variable __proto__ is not set$/)

test('names that were put in are told, and no values', (t) => {
  t.deepEqual(substitute('${NAME}${MISSING:-x}', env).names, ['NAME', 'MISSING'])
})
