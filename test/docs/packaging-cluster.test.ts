import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import test from 'ava'
import type { ExecutionContext } from 'ava'
import { Deployment, StatefulSet } from 'kubernetes-models/apps/v1'
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1'
import { ConfigMap, Secret, Service } from 'kubernetes-models/v1'
import { parse, parseAllDocuments } from 'yaml'
import { readCommand } from '../../src/command/command.ts'
import { readConfig } from '../../src/config/read-config.ts'
import { configFlags } from '../../src/command/config-flags.ts'
import { FLAGS } from '../../src/command/flag-table.ts'
import { directoryOf } from '../helpers/directory.ts'
import { freePort } from '../helpers/free-port.ts'
import { testWith } from '../helpers/tool.ts'
import { waitUntil } from '../helpers/wait-until.ts'

const read = (name: string) =>
  readFileSync(new URL(`../../packaging/cluster/${name}`, import.meta.url), 'utf8')

const MODELS = { ConfigMap, Secret, Service, StatefulSet, Deployment, PodDisruptionBudget }

interface Container {
  readonly command?: string[]
  readonly args: string[]
  readonly ports: readonly { readonly name: string; readonly containerPort: number }[]
  readonly livenessProbe?: { readonly httpGet: { readonly path: string; readonly port: string } }
  readonly readinessProbe: { readonly httpGet?: { readonly path: string; readonly port: string } }
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[]
}

/** What the tests read of an object of Kubernetes. */
interface Manifest {
  readonly apiVersion: string
  readonly kind: keyof typeof MODELS
  readonly metadata: { readonly name: string }
  readonly data: Readonly<Record<string, string>>
  readonly spec: {
    readonly selector: { readonly matchLabels: Readonly<Record<string, string>> } & Record<string, string>
    readonly template: {
      readonly metadata: { readonly labels: Readonly<Record<string, string>> }
      readonly spec: {
        readonly containers: readonly [Container]
        readonly volumes: readonly { readonly name: string }[]
      }
    }
  }
}

const manifests = parseAllDocuments(read('kubernetes.yml')).map((document) => document.toJS() as Manifest)
const only = (kind: Manifest['kind'], name: string) =>
  manifests.find((one) => one.kind === kind && one.metadata.name === name) as Manifest

for (const { apiVersion, kind, metadata } of manifests)
  test(`${kind} ${metadata.name} is as the schema of Kubernetes has it`, (t) => {
    const Model = MODELS[kind]
    t.deepEqual([Model.apiVersion, Model.kind], [apiVersion, kind])
    const model = new Model(structuredClone(only(kind, metadata.name)) as never)
    t.notThrows(() => model.validate())
  })

test('an object that the schema does not have is found', (t) => {
  const wrong = { ...only('Deployment', 'headcount'), spec: { replicas: 'three' } }
  t.throws(() => new Deployment(wrong as never).validate())
})

test('services, disruption budget and deployment select what there is', (t) => {
  for (const [kind, name] of [
    ['Deployment', 'headcount'],
    ['StatefulSet', 'valkey'],
  ] as const) {
    const { selector, template } = only(kind, name).spec
    t.deepEqual(selector.matchLabels, template.metadata.labels)
    t.deepEqual(only('Service', name).spec.selector as object, template.metadata.labels)
    const mounts = template.spec.containers[0].volumeMounts.map((mount) => mount.name).toSorted()
    t.deepEqual(
      mounts,
      kind === 'Deployment' ? template.spec.volumes.map((volume) => volume.name).toSorted() : ['data'],
    )
  }
  const { labels } = only('Deployment', 'headcount').spec.template.metadata
  t.deepEqual(only('PodDisruptionBudget', 'headcount').spec.selector.matchLabels, labels)
})

/** Reads flags of a container, with its files in a folder of the test. */
async function optionsOf(t: ExecutionContext, args: readonly string[], config: string) {
  const directory = directoryOf(t)
  writeFileSync(join(directory, 'headcount.yml'), config)
  writeFileSync(join(directory, 'password'), 'change-me')
  const here = args.map((word) => word.replace(/\/etc\/headcount(?:-valkey)?/, directory))
  const request = await readCommand([...here, '--node', 'a'], {})
  if (request.type !== 'run') throw new Error(request.text)
  return request.options
}

test('the pods get flags that headcount takes, and a configuration', async (t) => {
  const [container] = only('Deployment', 'headcount').spec.template.spec.containers
  const config = only('ConfigMap', 'headcount').data['headcount.yml'] as string
  t.deepEqual(readConfig(config, 'headcount.yml', configFlags(FLAGS), {}).problems, [])
  const { cluster, listen } = await optionsOf(t, container.args, config)
  t.like(cluster?.server, { hosts: [{ host: 'valkey', port: 6379 }], password: 'change-me' })
  t.deepEqual(container.ports, [{ name: 'http', containerPort: listen?.port as number }])
  t.is(container.livenessProbe?.httpGet.path, '/-/healthy')
  t.is(container.readinessProbe.httpGet?.path, '/-/ready')
})

interface Compose {
  readonly services: Readonly<Record<'a' | 'b' | 'c' | 'valkey', { readonly command: readonly string[] }>>
}

const { services } = parse(read('compose.yml'), { merge: true }) as Compose

test('the containers of the example for compose get flags that headcount takes', async (t) => {
  for (const name of ['a', 'b', 'c'] as const) {
    const { cluster, listen } = await optionsOf(t, services[name].command, 'urls: [https://a.example/]\n')
    t.deepEqual(cluster?.server.hosts, [{ host: 'valkey', port: 6379 }])
    t.is(listen?.port, 9115)
  }
})

/** Starts the server with this command, on a port of its own, and says what it answers. */
async function ask(
  t: ExecutionContext,
  command: readonly string[],
  env: object,
  question: string,
): Promise<{ answer: string; child: ChildProcess }> {
  const [name, ...args] = command as [string, ...string[]]
  const options = { cwd: directoryOf(t), env: { ...process.env, ...env }, stdio: 'ignore' } as const
  const child = spawn(name, args, options)
  t.teardown(async () => {
    child.kill('SIGKILL')
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  })
  const port = /\bport (\d+)/.exec(command.join(' '))?.[1]
  let answer = ''
  await waitUntil(() => {
    const socket = connect(Number(port), '127.0.0.1')
    socket.on('error', () => {}).on('data', (data) => (answer += data.toString()))
    socket.end(question)
    return answer.includes('noeviction')
  })
  return { answer, child }
}

const testWithValkey = testWith('valkey-server')

testWithValkey(
  'the servers of the examples keep all keys, and that of Kubernetes wants its password',
  async (t) => {
    const policy = 'CONFIG GET maxmemory-policy\r\n'
    const composed = [...services.valkey.command, '--port', `${await freePort()}`]
    t.regex((await ask(t, [...composed, '--bind', '127.0.0.1'], {}, policy)).answer, /noeviction/)
    const [{ command = [], args }] = only('StatefulSet', 'valkey').spec.template.spec.containers
    const port = await freePort()
    const own = args.map((line) => line.replace('END\n', `END\nport ${port}\nbind 127.0.0.1\n`))
    const started = [...command, ...own]
    const asked = `${policy}AUTH "change me #1"\r\n${policy}`
    const { answer, child } = await ask(t, started, { PASSWORD: 'change me #1' }, asked)
    t.regex(answer, /^-NOAUTH/)
    // It is the process that a pod sends SIGTERM to.
    child.kill('SIGTERM')
    await once(child, 'exit')
    t.is(child.exitCode, 0)
  },
)
