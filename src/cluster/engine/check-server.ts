/** The oldest servers whose commands are all that is needed. */
const OLDEST = { valkey: [7, 2], redis: [7, 0] } as const

/** Why this server can't be used, as a clause; null: it can. `info`: what it says of itself. `isCluster`: a Redis Cluster is expected. */
export function unfitServer(info: ReadonlyMap<string, string>, isCluster: boolean): string | null {
  const unfit = unfitVersion(info, isCluster)
  if (unfit !== null) return unfit
  const policy = info.get('maxmemory_policy')
  if (policy !== undefined && policy !== 'noeviction')
    return `its maxmemory-policy is ${policy}, so that it may forget batches: set it to noeviction`
  return null
}

/** Why a server of this kind and version can't be used, as a clause; null: it can. */
export function unfitVersion(info: ReadonlyMap<string, string>, isCluster: boolean): string | null {
  const valkey = info.get('valkey_version')
  const version = valkey ?? info.get('redis_version')
  if (version === undefined) return 'it is neither a Valkey nor a Redis'
  const name = valkey === undefined ? 'Redis' : 'Valkey'
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const [least, leastMinor] = OLDEST[valkey === undefined ? 'redis' : 'valkey']
  if (major < least || (major === least && minor < leastMinor))
    return `it is ${name} ${version}, and ${least}.${leastMinor} or newer is needed`
  if (info.get('cluster_enabled') === '1' && !isCluster)
    return 'it is a part of a Redis Cluster: begin the URL with redis-cluster:'
  return null
}

/** Why the engine does not answer, as a clause for people. Null: it is not there at present, which may change. */
export function refusalOf({ message }: Error): string | null {
  if (/WRONGPASS|invalid password|invalid username-password/i.test(message))
    return 'the user or the password is wrong'
  if (/NOAUTH|Authentication required/i.test(message)) return 'it asks for a password: see --cluster-auth'
  if (/cluster support disabled/i.test(message))
    return 'it is no part of a Redis Cluster: begin the URL with redis: or rediss:'
  if (/DB index is out of range/i.test(message)) return 'it has no database of this number'
  if (/NOPERM/.test(message)) return 'the user may not do what is needed'
  if (/Protocol error|Unknown RESP type/i.test(message))
    return 'what answers there is neither a Valkey nor a Redis'
  if (/unable to (verify|get)|self[- ]signed|certificate|altnames|SSL|tlsv1/i.test(message))
    return `TLS fails: ${message}`
  return null
}
