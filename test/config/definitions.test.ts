import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { readConfig } from '../../src/config/read-config.ts'
import { awsIdentities } from '../../src/settings/aws-identities.ts'
import { oauth2Clients } from '../../src/settings/oauth2-clients.ts'
import { directoryOf } from '../helpers/directory.ts'

test('what the version in use does not define is defined no more, unless a later one does that was read', (t) => {
  const directory = directoryOf(t)
  writeFileSync(join(directory, 's'), 'secret\n')
  const read = (...names: string[]) => {
    const clients = names.map((name) => {
      const [id = '', host = 'host'] = name.split('@')
      return `  ${id}: { token-url: 'http://${host}/', client-id: a, client-secret: '@s' }\n`
    })
    const identities = names.map((name) => {
      const [id = ''] = name.split('@')
      return `  ${id}: { access-key-id: A, secret-access-key: '@s', region: eu-1, service: s3 }\n`
    })
    const sections = [
      ['oauth2', clients],
      ['aws', identities],
    ] as const
    const text = sections.map(([section, lines]) =>
      lines.length > 0 ? `${section}:\n${lines.join('')}` : '',
    )
    const { problems, redefine } = readConfig(text.join(''), join(directory, 'c.yml'), [], {})
    t.deepEqual(problems, [])
    return redefine
  }
  const defined = () => {
    const clients = ['one', 'two', 'three'].filter((name) => oauth2Clients.get(name) !== null)
    t.deepEqual(
      ['one', 'two', 'three'].filter((name) => awsIdentities.has(name)),
      clients,
    )
    return clients
  }
  read('one', 'two')()
  const accept = read('two')
  t.deepEqual(defined(), ['one', 'two'], 'it is not in use yet')
  const acceptLater = read('one@other', 'three')
  accept()
  t.deepEqual(defined(), ['one', 'two', 'three'])
  t.is(oauth2Clients.get('one')?.tokenUrl, 'http://host/')
  acceptLater()
  t.deepEqual(defined(), ['one', 'three'])
  t.is(oauth2Clients.get('one')?.tokenUrl, 'http://other/')
  read()()
  t.deepEqual(defined(), [])
})

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
