import type { Config } from '../config/config.ts'
import type { WebConfigFile } from '../config/web/web-config-file.ts'
import type { InputFile } from '../print/text/input-files.ts'
import { requestFiles } from '../settings/request-files.ts'
import { isHttpName } from '../targets/list-names.ts'
import type { Flags } from './flag-table.ts'

const STANDARD_INPUT: InputFile = { name: 'standard input', file: 0 }

/**
 * All files that a run reads, as far as they are known now: lists that are read later may name more. `config`: what the file of `--config`
 * holds, and `web` that of `--web-config`; null: there is none, or it is not read yet.
 */
export function inputsOf(
  { run: flags, url }: Flags,
  config: Config | null,
  web: Pick<WebConfigFile, 'paths'> | null,
): InputFile[] {
  const entries = config?.groups.flatMap(({ files }) => files) ?? []
  const lists = [...flags.files, ...entries.map((entry) => entry.file)].filter((name) => !isHttpName(name))
  const own = { cacert: flags.cacert, cert: url.cert, key: url.key }
  const { clusterAuth, clusterCacert, clusterCert, clusterKey } = flags
  const pems = [
    own,
    { cacert: clusterCacert, cert: clusterCert, key: clusterKey },
    ...entries.map(({ settings }) => settings),
  ].flatMap((settings) => [settings?.cacert, settings?.cert, settings?.key].filter((path) => path != null))
  return [
    ...(flags.config === null || config === null ? [] : [{ name: 'the configuration', file: flags.config }]),
    ...(flags.probeConfig === null ? [] : [{ name: 'the modules of /probe', file: flags.probeConfig }]),
    ...(flags.webConfig === null ? [] : [{ name: 'the file of --web-config', file: flags.webConfig }]),
    ...(clusterAuth === null ? [] : [{ name: 'the file of --cluster-auth', file: clusterAuth }]),
    ...(config?.files ?? []).map((path) => ({ name: 'a file of the configuration', file: path })),
    ...lists.map((name) => (name === '-' ? STANDARD_INPUT : { name: 'a list', file: name })),
    ...pems.map((path) => ({ name: 'a certificate or key', file: path })),
    ...(web?.paths ?? []).map((path) => ({ name: 'a file of --web-config', file: path })),
    ...requestFiles.paths.map((path) => ({ name: 'a file of a request', file: path })),
  ]
}
