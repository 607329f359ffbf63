import test from 'ava'
import { AwsSource } from '../../../src/poll/http/aws-source.ts'
import type { Request } from '../../../src/poll/http/request.ts'
import { RequestValues } from '../../../src/poll/http/request-values.ts'
import { checkSignature } from '../../helpers/aws-verifier.ts'

const SUITE = {
  id: 'AKIDEXAMPLE',
  secret: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
  at: '2015-08-30T12:36:00Z',
}
const S3 = {
  id: 'AKIAIOSFODNN7EXAMPLE',
  secret: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  at: '2013-05-24T00:00:00Z',
}
const HOST = 'example.amazonaws.com'
const BUCKET = 'examplebucket.s3.amazonaws.com'

function sign(
  key: typeof SUITE,
  service: string,
  host: string,
  request: Request,
  token: string | null = null,
): Readonly<Record<string, string>> {
  const values = new RequestValues()
  const identity = {
    accessKeyId: key.id,
    secretFile: '/secret',
    tokenFile: token === null ? null : '/token',
    region: 'us-east-1',
    service,
  }
  values.of('/secret').set(Buffer.from(`${key.secret}\n`), '')
  values.of('/token').set(Buffer.from(`${token}\n`), '')
  values.of('aws:a').set(Buffer.from(JSON.stringify(identity)), '')
  const { headers } = new AwsSource(values.of('aws:a'), values).sign(request, host, new Date(key.at))
  const fields: Record<string, string> = {}
  for (let at = 0; at < headers.length; at += 2) fields[headers[at] as string] = headers[at + 1] as string
  return fields
}

const signatureOf = ({ authorization = '' }) => /Signature=(.*)$/.exec(authorization)?.[1]

// From AWS: the test suite of Signature Version 4, "Create a signed request", and the examples of S3's API reference.
const PUBLISHED: readonly (readonly [
  name: string,
  key: typeof SUITE,
  service: string,
  host: string,
  Request,
  string,
])[] = [
  [
    'get-vanilla',
    SUITE,
    'service',
    HOST,
    { method: 'GET', path: '/', headers: [] },
    '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31',
  ],
  [
    'post-vanilla',
    SUITE,
    'service',
    HOST,
    { method: 'POST', path: '/', headers: [] },
    '5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b',
  ],
  [
    'get-vanilla-query-order-key-case',
    SUITE,
    'service',
    HOST,
    { method: 'GET', path: '/?Param2=value2&Param1=value1', headers: [] },
    'b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500',
  ],
  [
    'IAM ListUsers',
    SUITE,
    'iam',
    'iam.amazonaws.com',
    {
      method: 'GET',
      path: '/?Action=ListUsers&Version=2010-05-08',
      headers: [
        'content-type',
        'application/x-www-form-urlencoded; charset=utf-8',
        'user-agent',
        'not signed',
      ],
    },
    '5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7',
  ],
  [
    'S3 GET Bucket Lifecycle',
    S3,
    's3',
    BUCKET,
    { method: 'GET', path: '/?lifecycle', headers: [] },
    'fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543',
  ],
  [
    'S3 List Objects',
    S3,
    's3',
    BUCKET,
    { method: 'GET', path: '/?max-keys=2&prefix=J', headers: [] },
    '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7',
  ],
]
for (const [name, key, service, host, request, signature] of PUBLISHED)
  test(`as AWS has published it: ${name}`, (t) => {
    const headers = sign(key, service, host, request)
    t.is(signatureOf(headers), signature)
    t.is(headers['x-amz-date'], key.at.replaceAll(/[:-]/g, ''))
    t.is('x-amz-content-sha256' in headers, service === 's3')
  })

test('the header host and those of AWS are signed, others go along, and what would contradict the signature is replaced', (t) => {
  const given = [
    'host',
    HOST,
    'x-own',
    'a',
    'x-amz-date',
    '19700101T000000Z',
    'authorization',
    'Basic x',
    'accept',
    '*/*',
  ]
  const headers = sign(SUITE, 'service', 'other.example', { method: 'GET', path: '/', headers: given })
  t.is(signatureOf(headers), PUBLISHED[0]?.[5])
  t.like(headers, { host: HOST, 'x-own': 'a', accept: '*/*', 'x-amz-date': '20150830T123600Z' })
  const target = sign(
    SUITE,
    'dynamodb',
    HOST,
    {
      method: 'POST',
      path: '/',
      headers: [
        'x-amz-target',
        'DynamoDB_20120810.ListTables',
        'content-type',
        'application/x-amz-json-1.0',
        'content-length',
        '2',
      ],
      body: Buffer.from('{}'),
    },
    'session',
  )
  t.regex(
    target['authorization'] ?? '',
    /SignedHeaders=content-length;content-type;host;x-amz-date;x-amz-security-token;x-amz-target,/,
  )
  t.is(target['x-amz-security-token'], 'session')
})

const get = (path: string): Request => ({ method: 'GET', path, headers: [] })

for (const service of ['s3', 'service'])
  test(`what is no UTF-8, or not encoded, is signed as its bytes: ${service}`, (t) => {
    const key = { accessKeyId: SUITE.id, secretAccessKey: SUITE.secret, region: 'us-east-1', service }
    const now = { ...SUITE, at: new Date().toISOString() }
    for (const path of ['/a/%E4.txt', '/a%F0b/?x=1', '/?__proto__=1&a=2', '/?a={|}', '/%C3%A4'])
      t.is(
        checkSignature(
          {
            method: 'GET',
            path,
            headers: { host: HOST, ...sign(now, service, HOST, get(path)) },
            body: Buffer.alloc(0),
          },
          key,
        ),
        '',
        path,
      )
    const signature = (path: string) => signatureOf(sign(SUITE, service, HOST, get(path)))
    t.is(signature('/?a=%E4&&b=2'), signature('/?b=2&a=%e4'))
    t.not(signature('/?a=%E4'), signature('/?a=%EF%BF%BD'))
    t.is(signature('/a'), signature('/a?'))
    t.is(signature('/?x=%7C'), signature('/?x=|'))
    t.is(signature('/a%zz') === signature('/a%25zz'), service === 's3')
  })

test('S3 has one form of a key, others sign the path as it is sent', (t) => {
  const isSame = (service: string, ...paths: readonly string[]) =>
    new Set(paths.map((path) => signatureOf(sign(SUITE, service, HOST, get(path))))).size === 1
  for (const [one, other] of [
    ['/a|b', '/a%7Cb'],
    ['/a%2Fb', '/a/b'],
    ['/a+b', '/a%20b'],
    ['/%c3%a4', '/%C3%A4'],
    ['/?a=1&a=2', '/?a=1'],
  ] as const) {
    t.true(isSame('s3', one, other), one)
    t.false(isSame('service', one, other), one)
  }
  t.true(isSame('service', '/a//b', '/a/b'))
  t.false(isSame('s3', '/a//b', '/a/b'))
  t.true(isSame('service', '/?a=2&a=1', '/?a=1&a=2'))
})
