import test from 'ava'
import { AwsIdentities } from '../../src/settings/aws-identities.ts'
import { checkLogin, checkToken } from '../../src/settings/auth.ts'
import { filesOf } from '../../src/settings/files-of.ts'
import { Oauth2Clients } from '../../src/settings/oauth2-clients.ts'
import { checkCertificate, checkKey } from '../../src/settings/pem.ts'
import { ANY_CONTENTS } from '../../src/settings/request-files.ts'

test('settings name files by data, auth, cert and key, with the checks of each', (t) => {
  t.deepEqual(filesOf({ method: 'POST' }), [])
  t.deepEqual(filesOf({ data: { text: '/a' }, auth: { scheme: 'oauth2', client: 'a' } }), [])
  t.deepEqual(filesOf({ data: { file: '/a' }, cert: '/c', key: '/k' }), [
    ['/a', ANY_CONTENTS],
    ['/c', checkCertificate],
    ['/k', checkKey],
  ])
  const auth = { basic: checkLogin, digest: checkLogin, bearer: checkToken }
  for (const [scheme, check] of Object.entries(auth))
    t.deepEqual(filesOf({ auth: { scheme: scheme as keyof typeof auth, file: '/s' } }), [['/s', check]])
})

test('clients and identities name the files of their secrets', (t) => {
  const clients = new Oauth2Clients()
  const client = { tokenUrl: 'http://a.example/', clientId: 'a', scope: null }
  clients.define('a', { ...client, secret: { file: '/s' } })
  clients.define('b', { ...client, secret: { text: 's' } })
  t.deepEqual([...clients.files()], [['/s', ANY_CONTENTS]])
  const identities = new AwsIdentities()
  const identity = { accessKeyId: 'A', region: 'r', service: 's3' }
  identities.define('files-of', { ...identity, secretFile: '/s', tokenFile: null })
  identities.define('files-of', { ...identity, secretFile: '/t', tokenFile: '/u' })
  t.deepEqual(
    Array.from(identities.files(), ([path]) => path),
    ['/t', '/u'],
  )
})
