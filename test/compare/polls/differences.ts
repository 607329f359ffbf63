import type { Answer, AskAll } from './answer.ts'
import { askBlackbox } from './ask-blackbox.ts'
import { askCurl } from './ask-curl.ts'
import { askGo } from './ask-go.ts'
import { askHeadcount } from './ask-headcount.ts'
import type { Case } from './case.ts'
import { isSameReason } from './reason-words.ts'
import { PEERS } from './row.ts'
import type { Peer, Row } from './row.ts'
import { Site } from './site.ts'

/** How to ask each tool, and how its User-Agent begins. */
const TOOLS: Readonly<Record<Peer | 'headcount', { readonly ask: AskAll; readonly agent: string }>> = {
  headcount: { ask: askHeadcount, agent: 'headcount/' },
  curl: { ask: askCurl, agent: 'curl/' },
  blackbox_exporter: { ask: askBlackbox, agent: 'Blackbox' },
  Go: { ask: askGo, agent: 'Go-' },
}

/** Asks all tools about all cases, one tool after the other: they would only take time from each other. */
export async function compare(cases: readonly Case[]): Promise<Row[]> {
  const site = await Site.start(cases)
  try {
    const ours = await askHeadcount(site, cases)
    const answers = new Map<Peer, ReadonlyMap<Case, Answer>>()
    for (const peer of PEERS) answers.set(peer, await TOOLS[peer].ask(site, cases))
    return cases.map((one) => row(site, one, ours.get(one) as Answer, answers))
  } finally {
    await site.close()
    site.certificates.close()
  }
}

function row(
  site: Site,
  one: Case,
  ours: Answer,
  answers: ReadonlyMap<Peer, ReadonlyMap<Case, Answer>>,
): Row {
  const asked = (tool: Peer | 'headcount') =>
    one.comparesRequests === true ? site.requests(one, TOOLS[tool].agent) : ''
  const theirs: Partial<Record<Peer, string>> = {}
  const different: Peer[] = []
  for (const peer of PEERS) {
    const answer = answers.get(peer)?.get(one)
    if (answer === undefined) continue
    const isSame = isSameAnswer(peer, ours, answer) && asked('headcount') === asked(peer)
    theirs[peer] = inWords(answer, asked(peer))
    if (!isSame) different.push(peer)
  }
  return { one, ours: inWords(ours, asked('headcount')), theirs, different }
}

function inWords({ verdict, status, why }: Answer, requests: string): string {
  const parts = [verdict, status > 0 ? String(status) : '', why === 'status' ? '' : why]
  const words = parts.filter((part) => part !== '').join(' ')
  return requests === '' ? words : `${words}; ${requests}`
}

function isSameAnswer(peer: Peer, ours: Answer, theirs: Answer): boolean {
  if (ours.verdict !== theirs.verdict) return false
  if (ours.status > 0 && theirs.status > 0 && ours.status !== theirs.status) return false
  return isSameReason(peer, ours, theirs)
}
