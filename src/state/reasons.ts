import { CONNECTION_REASONS } from './connection-reasons.ts'
import type { ReasonFacts } from './reason-facts.ts'

/**
 * The one table of reasons, from which types, packed codes, the JSON schema and docs/verdicts.md come. Packed records hold
 * the place of a reason in this table: new ones go to the end, none into CONNECTION_REASONS.
 */
const TABLE = {
  ok: {
    verdict: 'up',
    text: 'the status is accepted',
    answered: true,
    meaning:
      'The status of the last answer is one of `--accept`, or a URL of another [scheme](lists.md#schemes) is up.',
    action: '',
  },
  status: {
    verdict: 'down',
    text: 'the status is not accepted',
    answered: true,
    meaning: 'A valid answer, but its status is not one of `--accept`. See [HEAD and GET](#head-and-get).',
    action:
      'See what the server says: from 500 on, it reports a fault of its own. If another status is right for this URL (401 for a page behind a login), put `accept=2xx,401` on its line (`--accept` is for all URLs).',
  },
  ...CONNECTION_REASONS,
  protocol: {
    verdict: 'down',
    text: 'the answer is not HTTP',
    retried: true,
    meaning:
      'What arrived is not a valid HTTP answer, such as the banner of another protocol. See [Not HTTP](#not-http). For another [scheme](lists.md#schemes): not an answer of its protocol, or `starttls` is refused.',
    action: 'Look at it with `curl -v --head URL`.',
  },
  overflow: {
    verdict: 'down',
    text: 'the head of the answer is too large',
    retried: true,
    meaning: 'The head of the answer is larger than 256 KiB, the limit of Chrome.',
    action: 'Look for a cookie or a policy header that grows.',
  },
  redirect: {
    verdict: 'down',
    text: 'the redirect leads nowhere',
    answered: true,
    meaning:
      'A loop, more than `--max-redirects`, no `Location`, or a `Location` that is longer than 16 KiB or not http or https.',
    action: 'Put the final URL on the list, or use `--max-redirects 0` to take the redirect as the answer.',
  },
  policy: {
    verdict: 'down',
    text: 'a flag forbids this address',
    meaning:
      'The URL or a redirect leads to an address that `--deny-private`, `-4` or `-6` forbids; `detail` names it.',
    action: 'Take the URL off the list, or remove the flag.',
  },
  /** headcount or this machine is at fault, not the URL. It has nothing to do with localhost; the name is public and stays. */
  local: {
    verdict: 'unknown',
    text: 'a fault of this machine',
    meaning:
      'headcount or this machine is at fault, so nothing is known of the URL. See [Unknown](#unknown).',
    action: 'Fix this machine first.',
  },
  'tls-expiring': {
    verdict: 'down',
    text: 'a certificate expires soon',
    answered: true,
    meaning:
      'A valid answer, but the certificate, or an intermediate one, lasts fewer days than `cert-days`. `detail` names the one that expires first. See [Certificates](#certificates).',
    action: 'Renew it. For an intermediate, let the server send the new chain of its authority.',
  },
  'tls-pin': {
    verdict: 'down',
    text: 'another certificate',
    answered: true,
    meaning:
      'A valid answer, but neither the certificate nor its public key is one of `cert-sha256` and `spki-sha256`. `detail` has the SHA-256 that was seen. See [Certificates](#certificates).',
    action: 'If the certificate was replaced, set the new value. Otherwise find out who answers.',
  },
  unexpected: {
    verdict: 'down',
    text: 'it answers',
    answered: true,
    meaning:
      'A valid answer, whatever its status, from a URL with `want=down`. See [Wanted down](#wanted-down).',
    action: 'Find out what answers there.',
  },
  header: {
    verdict: 'down',
    text: 'a header of the answer does not match',
    answered: true,
    meaning:
      'The status is accepted, but a header that `response.NAME` asks for is missing or does not match. `detail` has its value.',
    action: 'Compare with `curl --head URL`. A header that comes with GET only needs `method=GET`.',
  },
  slow: {
    verdict: 'down',
    text: 'the answer took too long',
    answered: true,
    meaning:
      'The status is accepted, but the attempt took longer than `--max-time`. `detail` names the phase that took longest.',
    action:
      'Compare the times of its phases with those of other polls. A URL that is slow by design needs a longer `max-time=` on its line.',
  },
  body: {
    verdict: 'down',
    text: 'the answer does not contain what it should',
    answered: true,
    meaning:
      'The status is accepted, but the body is not as `body`, `body-not`, `json` or `max-size` demand, or it cannot be decoded: see [Checks of an answer](#checks-of-an-answer). For another scheme: not what `expect` asks for. `detail` has what was seen.',
    action: 'Look at it with `curl --compressed URL`.',
  },
  parent: {
    verdict: 'unknown',
    text: 'the parent is down',
    meaning:
      'The URL that `parent` names, or a parent of that, is down; `detail` names it. See [Parents](#parents).',
    action: 'See what is wrong with the parent.',
  },
  proxy: {
    verdict: 'unknown',
    text: 'the proxy does not do its part',
    meaning:
      'The proxy can not be reached, does not answer or refuses, or nothing behind it answers, so nothing is known of the URL. See [Proxies](#proxies).',
    action: 'Check the proxy: `curl -v --proxy PROXY URL`. `detail` names it.',
  },
  auth: {
    verdict: 'unknown',
    text: 'no token',
    meaning:
      'The server of `auth=oauth2:NAME` gave no token, or the configuration does not define NAME any more, so nothing was asked. `detail` says why. See [Credentials](#credentials).',
    action: 'Check the client in the configuration and its server.',
  },
} as const satisfies Record<string, ReasonFacts>

type Table = typeof TABLE

/** Why a State has its verdict. */
export type Reason = keyof Table

/** The reasons that give the verdict `V`. */
export type ReasonOf<V extends ReasonFacts['verdict']> = {
  [R in Reason]: Table[R]['verdict'] extends V ? R : never
}[Reason]

/** What is known of each reason. */
export const REASON_FACTS: Readonly<Record<Reason, ReasonFacts>> = TABLE

/** The reasons, in the order of their codes in packed records. */
export const REASONS = Object.keys(TABLE) as readonly Reason[]
