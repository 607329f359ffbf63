import test from 'ava'
import type { SendResult } from '../../src/alerts/notification.ts'
import type { ReceiverType } from '../../src/alerts/receivers/receiver-type.ts'
import { makeNotification } from './notification.ts'
import { sendTo } from './send-to.ts'
import type { CannedResponse } from './send-to.ts'

/** A response of a service, and what comes of it at least. */
type ResponseCase = readonly [CannedResponse, Partial<SendResult>]

/** Adds a test for each response that a service may give. `given`: keys of the receiver. */
export function testResponses(
  service: string,
  type: ReceiverType,
  given: Readonly<Record<string, string>>,
  cases: readonly ResponseCase[],
): void {
  for (const [response, expected] of cases)
    test(`${service} answers ${JSON.stringify(response)}`, async (t) => {
      const { result } = await sendTo(t, type, given, makeNotification(), response)
      t.like(result, expected)
    })
}
