import { generateKeyPairSync } from 'node:crypto'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { Authority } from '../../helpers/certificates.ts'
import { directoryOf } from '../../helpers/directory.ts'
import { startMutualTls } from '../../helpers/mutual-tls-server.ts'
import { errorLines, headcount, Program } from '../../helpers/program.ts'

test('certificates of the configuration, a group and a line; files that change and vanish', async (t) => {
  const authority = await Authority.create()
  const server = await startMutualTls(t, authority)
  const directory = directoryOf(t)
  const write = async (file: string, name: string) => {
    const { cert, key } = await authority.issueWith([], -1, 1, `CN=${name}`)
    writeFileSync(join(directory, `${file}.pem`), cert)
    writeFileSync(join(directory, `${file}.key`), key, { mode: 0o600 })
  }
  for (const name of ['flag', 'group', 'line']) await write(name, name)
  writeFileSync(join(directory, 'ca.pem'), authority.pem)
  const url = `https://127.0.0.1:${server.port}`
  const config = join(directory, 'headcount.yml')
  writeFileSync(
    config,
    `cacert: ca.pem
cert: flag.pem
key: flag.key
urls: [${url}/flag, ${url}/line cert=line.pem key=line.key]
groups:
  - { cert: group.pem, key: group.key, urls: [${url}/group, ${url}/own key=line.key cert=line.pem] }
`,
  )
  const flags = ['-c', config, '--interval', '100ms', '--format', 'json', '--keep-alive']
  const program = new Program(t, flags)
  const clientAt = (path: string) => server.requests.findLast((one) => one.path === path)?.client ?? ''
  await program.until(() => ['/flag', '/line', '/group', '/own'].every((path) => clientAt(path) !== ''))
  t.deepEqual(['/flag', '/line', '/group', '/own'].map(clientAt), ['flag', 'line', 'group', 'line'])
  await write('flag', 'other')
  await program.until(() => clientAt('/flag') === 'other')
  rmSync(join(directory, 'group.key'))
  await program.until(({ stderr }) =>
    stderr.includes('group.key: no such file or directory; its last contents'),
  )
  t.is(clientAt('/group'), 'group')
  t.false(/PRIVATE KEY/.test(`${program.stdout}${program.stderr}`))
})

test('what is no pair is refused in its place', async (t) => {
  const directory = directoryOf(t)
  const authority = await Authority.create()
  const write = (name: string, text: string | Buffer) =>
    writeFileSync(join(directory, name), text, { mode: 0o600 })
  for (const name of ['a', 'b']) {
    const { cert, key } = await authority.issueWith([])
    write(`${name}.pem`, cert)
    write(`${name}.key`, key)
  }
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  write(
    'locked.key',
    privateKey.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' }),
  )
  write('not.pem', 'me:secret\n')
  const lines = [
    'https://127.0.0.1:1/ cert=a.pem key=a.key',
    'https://127.0.0.1:1/ cert=a.pem key=b.key',
    'https://127.0.0.1:1/ cert=a.pem key=locked.key',
    'https://127.0.0.1:1/ cert=not.pem key=a.key',
    'https://127.0.0.1:1/ cert=none.pem key=a.key',
    'https://127.0.0.1:1/ cert=a.pem',
    'https://127.0.0.1:1/ key=a.key',
    'tcp://127.0.0.1:1 cert=a.pem key=a.key',
  ]
  write('list.txt', `${lines.join('\n')}\n`)
  write(
    'headcount.yml',
    `files: [list.txt]\ngroups:\n  - { cert: a.pem, urls: ["https://127.0.0.1:1/group"] }\n`,
  )
  const { code, stderr } = await headcount(t, ['--check', '-c', join(directory, 'headcount.yml')])
  t.is(code, 3)
  const said = errorLines(stderr.replaceAll(directory, 'DIR'))
  const example = 'as in cert=client.pem key=client.key'
  t.deepEqual(said.slice(0, 7), [
    `DIR/headcount.yml:3:5: cert: key is needed too, ${example}`,
    `DIR/list.txt:2:37: key: the key is not that of the certificate: write two that belong together, ${example}`,
    'DIR/list.txt:3:37: key: DIR/locked.key: the key is encrypted: write it without a passphrase, as by openssl pkey -in client.key -out plain.key',
    `DIR/list.txt:4:27: cert: DIR/not.pem: it is not PEM: ${example}, it needs a certificate in PEM`,
    'DIR/list.txt:5:27: cert: DIR/none.pem: no such file or directory',
    `DIR/list.txt:6:22: cert: key is needed too, ${example}`,
    `DIR/list.txt:7:22: key: cert is needed too, ${example}`,
  ])
  t.regex(said[7] ?? '', /^DIR\/list\.txt:8:19: "cert" is no setting of tcp:\/\/ URLs/)
})
