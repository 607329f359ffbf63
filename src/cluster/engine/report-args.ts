import { FACTS_BYTES } from '../share/facts.ts'
import { KEY_LENGTH } from '../share/text-hash.ts'
import { WIRE_VERSION } from './revision.ts'

/** One part of a report. */
export interface BatchReport {
  readonly batch: string
  readonly token: string
  readonly returned: boolean
  /** Packed results; null: none. */
  readonly states: ArrayBuffer | null
  /** Of the class FactsRecords; null: none. */
  readonly facts: Buffer | null
}

/** Reports as arguments of report.lua, from the version on. */
export function reportArgs(reports: readonly BatchReport[]): (string | number | Buffer)[] {
  const parts = reports.flatMap(({ batch, token, returned, states, facts }) => {
    return [batch, token, returned ? '1' : '', states === null ? '' : Buffer.from(states), facts ?? '']
  })
  return [WIRE_VERSION, KEY_LENGTH, FACTS_BYTES, ...parts]
}
