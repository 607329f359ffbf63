import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ExecutionContext } from 'ava'
import { directoryOf } from './directory.ts'
import { freePort } from './free-port.ts'
import { startListening } from './listening.ts'

interface Uptime {
  readonly ratio: number | null
  readonly downSeconds: number
  readonly maintenanceSeconds: number
}

/** A run with two URLs that are down, the first of a team that may be in maintenance. */
export async function startMaintained(t: ExecutionContext, maintenance: string) {
  const config = join(directoryOf(t), 'headcount.yml')
  const origin = `http://127.0.0.1:${await freePort()}`
  const write = (windows: string) =>
    writeFileSync(
      config,
      `${windows}\ninterval: 100ms\nurls: [${origin}/web label.team=web, ${origin}/db label.team=db]\n`,
    )
  write(maintenance)
  const { get } = await startListening(t, ['-c', config])
  const ask = async <Answer>(path: string): Promise<Answer> => {
    const { status, text } = await get(`/api/v1/${path}`)
    // The recorder has just started, and knows no URL yet.
    return status === 200 ? (JSON.parse(text) as Answer) : ask(path)
  }
  const urlOf = (name: string) => encodeURIComponent(`${origin}/${name}`)
  const uptime = async (name: string) =>
    (await ask<{ readonly uptime: Uptime }>(`history?u=${urlOf(name)}`)).uptime
  const isIn = async (name: string) =>
    (await ask<{ readonly maintenance: boolean | null }>(`url?u=${urlOf(name)}`)).maintenance
  const incidents = (name: string) =>
    ask<{ readonly incidents: readonly { readonly maintenance: boolean }[] }>(`incidents?u=${urlOf(name)}`)
  return { write, get, uptime, isIn, incidents }
}

/** A window for that team that is open. */
export const OPEN_WINDOW =
  'maintenance: [{ name: now, match: { team: web }, from: 2020-01-01, to: 2120-01-01 }]'
