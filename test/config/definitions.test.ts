import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { readConfig } from '../../src/config/read-config.ts'
import { directoryOf } from '../helpers/directory.ts'

for (const [section, keys, what] of [
  ['oauth2', 'token-url: http://127.0.0.1/, client-id: a, client-secret: "${S}"', 'clients'],
  ['aws', "access-key-id: A, secret-access-key: '@s', region: eu-1, service: s3", 'identities'],
] as const)
  test(`more names under ${section} than there may be are reported`, (t) => {
    const directory = directoryOf(t)
    writeFileSync(join(directory, 's'), 'secret\n')
    const names = Array.from({ length: 1_001 }, (_, n) => `  n${n}: { ${keys} }\n`)
    const path = join(directory, 'c.yml')
    const { problems } = readConfig(`${section}:\n${names.join('')}`, path, [], { S: 'secret' })
    t.deepEqual(
      problems.map(({ position, why }) => [position, why]),
      [[`${path}:1002:3`, `${section}: n1000: more than 1000 ${what}`]],
    )
  })
