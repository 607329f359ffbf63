import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { format, resolveConfig } from 'prettier'
import { RECEIVER_TYPES } from '../../src/alerts/receivers/receiver-types.ts'
import { FLAGS } from '../../src/command/flag-table.ts'
import { manPage } from '../../src/command/help/man-page.ts'
import { SCHEMES } from '../../src/settings/schemes.ts'
import { URL_SETTINGS } from '../../src/settings/url-setting-table.ts'
import { FORMATS } from '../../src/print/text/formats.ts'
import { REASON_FACTS } from '../../src/state/reasons.ts'
import { DASHBOARD } from './dashboard.ts'
import { SILENCE_PARAMETERS } from '../../src/web/server/alert-parameters.ts'
import { HISTORY_PARAMETERS, INCIDENT_PARAMETERS } from '../../src/web/server/history-endpoints.ts'
import { LIST_PARAMETERS } from '../../src/web/server/api-parameters.ts'
import { picture } from '../architecture/imports.ts'
import { ROOMS } from '../architecture/rooms.ts'
import { parameterTable } from './api-docs.ts'
import { flagTables, sourceTable } from './flag-docs.ts'
import { comparedTable, differenceTable, whyList } from './difference-docs.ts'
import { formatTable } from './format-docs.ts'
import { TOTAL_METRICS } from '../../src/metrics/metrics.ts'
import { URL_METRICS } from '../../src/metrics/url-metrics.ts'
import { metricTable } from './metric-docs.ts'
import { causeTable, effectTable, reasonTable } from './reason-docs.ts'
import { receiverTable } from './receiver-docs.ts'
import { fillSchema, SCHEMA_PARTS } from './schema-parts.ts'
import { schemeTable } from './scheme-docs.ts'
import { settingTable } from './setting-docs.ts'

/** A part of a page that is made from the code. It stands between `<!-- NAME: npm run docs -->` and `<!-- end of NAME -->`. */
interface Part {
  readonly page: string
  readonly name: string
  readonly text: () => string
}

/** All generated parts. `page` is relative to the root of the repository. */
const PARTS: readonly Part[] = [
  { page: 'CONTRIBUTING.md', name: 'rooms', text: () => picture(ROOMS) },
  { page: 'docs/reference.md', name: 'flags', text: () => flagTables(FLAGS) },
  { page: 'docs/reference.md', name: 'variables and keys', text: () => sourceTable(FLAGS) },
  { page: 'docs/alerts.md', name: 'receivers', text: () => receiverTable(RECEIVER_TYPES) },
  { page: 'docs/lists.md', name: 'settings', text: () => settingTable(URL_SETTINGS) },
  { page: 'docs/lists.md', name: 'schemes', text: () => schemeTable(SCHEMES) },
  { page: 'docs/reference.md', name: 'formats', text: () => formatTable(FORMATS) },
  { page: 'docs/prometheus.md', name: 'metrics of URLs', text: () => metricTable(URL_METRICS) },
  { page: 'docs/prometheus.md', name: 'metrics of the list', text: () => metricTable(TOTAL_METRICS) },
  { page: 'docs/differences.md', name: 'cases', text: comparedTable },
  { page: 'docs/differences.md', name: 'differences', text: differenceTable },
  { page: 'docs/differences.md', name: 'causes', text: whyList },
  { page: 'docs/api.md', name: 'parameters of urls', text: () => parameterTable(LIST_PARAMETERS) },
  { page: 'docs/api.md', name: 'parameters of history', text: () => parameterTable(HISTORY_PARAMETERS) },
  { page: 'docs/api.md', name: 'parameters of incidents', text: () => parameterTable(INCIDENT_PARAMETERS) },
  { page: 'docs/api.md', name: 'parameters of silences', text: () => parameterTable(SILENCE_PARAMETERS) },
  { page: 'docs/verdicts.md', name: 'reasons', text: () => reasonTable(REASON_FACTS) },
  { page: 'docs/verdicts.md', name: 'effects of reasons', text: () => effectTable(REASON_FACTS) },
  { page: 'docs/verdicts.md', name: 'causes of unknown', text: causeTable },
]

/** The pages and schemas with generated parts, as they should be and as they are. Throws when a part has no place. */
export async function generatedPages(): Promise<
  { readonly path: string; readonly wanted: string; readonly text: string }[]
> {
  const pages = await Promise.all(
    [...new Set([...PARTS, ...SCHEMA_PARTS].map(({ page }) => page))].map(async (page) => {
      const path = fileURLToPath(new URL(`../../${page}`, import.meta.url))
      const text = readFileSync(path, 'utf8')
      const schemaParts = SCHEMA_PARTS.filter((part) => part.page === page)
      const filled =
        schemaParts.length > 0
          ? fillSchema(text, schemaParts)
          : PARTS.filter((part) => part.page === page).reduce(fill, text)
      const wanted = await format(filled, { ...(await resolveConfig(path)), filepath: path })
      return { path, wanted, text }
    }),
  )
  return [...pages, await dashboardFile(), manFile()]
}

function manFile() {
  const path = fileURLToPath(new URL('../../packaging/headcount.1', import.meta.url))
  const text = existsSync(path) ? readFileSync(path, 'utf8') : ''
  return { path, wanted: manPage(FLAGS), text }
}

async function dashboardFile() {
  const path = fileURLToPath(new URL('../../packaging/prometheus/grafana-dashboard.json', import.meta.url))
  const text = existsSync(path) ? readFileSync(path, 'utf8') : ''
  const wanted = await format(JSON.stringify(DASHBOARD), { ...(await resolveConfig(path)), filepath: path })
  return { path, wanted, text }
}

function fill(page: string, { name, text }: Part): string {
  const [start, end] = [`<!-- ${name}: npm run docs -->\n`, `<!-- end of ${name} -->`]
  const [from, to] = [page.indexOf(start), page.indexOf(end)]
  if (from === -1 || to < from) throw new Error(`markers of ${name} are missing`)
  return `${page.slice(0, from + start.length)}\n${text()}\n${page.slice(to)}`
}
