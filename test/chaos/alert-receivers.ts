import type { ServerResponse } from 'node:http'
import type { ExecutionContext } from 'ava'
import { startAlertmanager } from '../helpers/alertmanager.ts'
import { mailServer, parseMail, smtpError } from '../helpers/mail-server.ts'
import { receiverServer } from '../helpers/receiver-server.ts'
import type { ReceivedRequest } from '../helpers/receiver-server.ts'

/** What a server that is not well does with a notification instead of taking it; `half taken`: it takes it, and says nothing. */
export type ReceiverFault = '429' | '500' | 'hang' | 'reset' | 'half taken' | 'redirect'

/** What a receiver took, in order: it has said so, or `half taken` has befallen it. */
export interface Taken {
  /** The same each time that a notification is sent. */
  readonly id: string
  readonly body: string
}

type Teardown = Pick<ExecutionContext, 'teardown'>

/** A receiver was sent something with this id: says what befalls it; null: nothing. */
export type Fate = (receiver: string, id: string) => ReceiverFault | null

/** An HTTP server that takes notifications when it is well. `idOf`: by default the idempotency key. */
export async function chaosWebhook(
  t: Teardown,
  name: string,
  fate: Fate,
  idOf = ({ headers }: ReceivedRequest) => String(headers['idempotency-key']),
): Promise<{ readonly url: string; readonly taken: readonly Taken[] }> {
  const taken: Taken[] = []
  const answer = (response: ServerResponse, request: ReceivedRequest) => {
    const id = idOf(request)
    const fault = fate(name, id)
    switch (fault) {
      case '429':
        return void response.writeHead(429, { 'retry-after': '1' }).end('slow down')
      case '500':
        return void response.writeHead(500).end()
      case 'hang':
        return
      case 'reset':
        return void response.destroy()
      case 'half taken':
        taken.push({ id, body: request.body })
        return void response.destroy()
      case 'redirect':
        return void response.writeHead(302, { location: '/elsewhere' }).end()
      case null:
        taken.push({ id, body: request.body })
        return void response.end()
      default:
        fault satisfies never
    }
  }
  const { origin } = await receiverServer(t, answer)
  return { url: `${origin}/`, taken }
}

/** An SMTP server. Ids of notifications are those of messages. */
export async function chaosMail(
  t: Teardown,
  name: string,
  fate: Fate,
): Promise<{ readonly port: number; readonly taken: readonly Taken[] }> {
  const taken: Taken[] = []
  const { port } = await mailServer(t, {
    onData(stream, _, done) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        const { headers, parts } = parseMail(Buffer.concat(chunks).toString())
        const id = /^<(\w+)@/.exec(headers.get('message-id') ?? '')?.[1] ?? ''
        const fault = fate(name, id)
        if (fault === '429') return done(smtpError(451, 'try again later'))
        // An answer that comes too late is none.
        if (fault === 'hang') return
        taken.push({ id, body: `${headers.get('subject')}\n${parts.get('text/plain')}` })
        done(null, 'taken')
      })
    },
  })
  return { port, taken }
}

/** The part of the webhook of Alertmanager that is looked at. */
export interface AlertmanagerMessage {
  readonly status: 'firing' | 'resolved'
  readonly alerts: readonly {
    readonly status: 'firing' | 'resolved'
    readonly labels: Readonly<Record<string, string>>
    readonly startsAt: string
  }[]
}

/** A real Alertmanager, whose answers may be lost on their way. `told`: what it has told, in order. */
export async function chaosAlertmanager(
  t: Teardown,
  name: string,
  fate: Fate,
): Promise<{
  readonly url: string
  readonly taken: readonly Taken[]
  readonly messages: () => AlertmanagerMessage[]
  readonly firing: () => Promise<string[]>
}> {
  const hook = await receiverServer(t)
  const { url, alerts } = await startAlertmanager(t, `${hook.origin}/`)
  const forward = async ({ method, path, headers, body }: ReceivedRequest) => {
    const type = headers['content-type'] ?? 'application/json'
    return fetch(`${url}${path}`, {
      method,
      headers: { 'content-type': type },
      body: method === 'GET' ? null : body,
    })
  }
  const taken: Taken[] = []
  const answer = async (response: ServerResponse, request: ReceivedRequest) => {
    const id = `${request.method} ${request.path} ${request.body}`
    const fault = fate(name, id)
    if (fault === '500') return void response.writeHead(503).end()
    const answered = await forward(request)
    if (answered.ok && request.method === 'POST') taken.push({ id, body: request.body })
    if (fault === 'half taken') return void response.destroy()
    response.writeHead(answered.status).end(await answered.text())
  }
  const { origin } = await receiverServer(t, (response, request) => void answer(response, request))
  return {
    url: origin,
    taken,
    messages: () => hook.received.map(({ body }) => JSON.parse(body) as AlertmanagerMessage),
    firing: async () => (await alerts()).map(({ labels }) => labels['path'] ?? '').toSorted(),
  }
}
