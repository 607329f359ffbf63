import { hostname } from 'node:os'
import { createSecureContext } from 'node:tls'
import { parseClusterName, parseLogin } from '../settings/cluster-options.ts'
import type { ClusterOptions, EngineAddress } from '../settings/cluster-options.ts'
import { redactName } from '../settings/quote.ts'
import { inputText, MAX_PEM_BYTES } from '../targets/input-file.ts'
import { describeError } from '../targets/read-targets.ts'
import type { Flags } from './flag-table.ts'
import { FlagsError } from './flags-error.ts'

/** The cluster of a run, with what the files of its flags hold; null: none. Rejects with a FlagsError. */
export async function clusterOptions(run: Flags['run']): Promise<ClusterOptions | null> {
  const { cluster, clusterName, clusterAuth, once } = run
  if (cluster === null) return null
  if (once) throw new FlagsError('cluster', 'it cannot be used with --once')
  const login = clusterAuth === null ? {} : await readFile('cluster-auth', clusterAuth, parseLogin)
  const tls = await readTls(cluster, run)
  const node = run.node ?? ownName()
  return { server: { ...cluster, ...login, tls }, name: clusterName, node, zone: run.zone ?? '' }
}

function ownName(): string {
  try {
    return parseClusterName(hostname())
  } catch (error) {
    throw new FlagsError(
      'node',
      'the name of this host is no name for a machine of a cluster: give one',
      error,
    )
  }
}

async function readTls({ tls }: EngineAddress, run: Flags['run']): Promise<EngineAddress['tls']> {
  const { clusterCacert, clusterCert, clusterKey } = run
  const files = [
    ['cluster-cacert', clusterCacert],
    ['cluster-cert', clusterCert],
    ['cluster-key', clusterKey],
  ] as const
  const [given] = files.find(([, path]) => path !== null) ?? []
  if (given === undefined) return tls
  if (tls === null)
    throw new FlagsError(
      given,
      'it has no effect without TLS: the URL of --cluster has to begin with rediss:',
    )
  if ((clusterCert === null) !== (clusterKey === null)) {
    const [one, missing] =
      clusterCert === null ? ['cluster-key', 'cluster-cert'] : ['cluster-cert', 'cluster-key']
    throw new FlagsError(one, `--${missing} is needed too`)
  }
  const [ca, cert, key] = await Promise.all(files.map(([flag, path]) => readPem(flag, path)))
  const texts = { ca: ca ?? null, cert: cert ?? null, key: key ?? null }
  try {
    createSecureContext({
      ...(texts.ca === null ? {} : { ca: texts.ca }),
      ...(texts.cert === null ? {} : { cert: texts.cert }),
      ...(texts.key === null ? {} : { key: texts.key }),
    })
  } catch (error) {
    throw new FlagsError(
      given,
      'the certificates can not be used: a file is damaged, or the key is of another one',
      error,
    )
  }
  return texts
}

async function readPem(flag: string, path: string | null): Promise<string | null> {
  if (path === null) return null
  return readFile(flag, path, (pem) => {
    if (!pem.includes('-----BEGIN ')) throw new RangeError('no PEM in it')
    return pem
  })
}

async function readFile<T>(flag: string, path: string, parse: (text: string) => T): Promise<T> {
  try {
    return parse(await inputText(path, MAX_PEM_BYTES))
  } catch (error) {
    throw new FlagsError(flag, `${redactName(path)}: ${describeError(error)}`, error)
  }
}
