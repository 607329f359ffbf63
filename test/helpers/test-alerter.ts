import type { AlertAnswers, AlertQuestion } from '../../src/alerts/run/alert-question.ts'
import { alertOf, seenDown } from './alert-samples.ts'
import { BEGIN } from './test-recorder.ts'

const ALERT = alertOf('a', { state: seenDown(BEGIN, { detail: 'Service Unavailable', durationMs: 12.5 }) })

const ANSWERS: AlertAnswers = {
  alerts: {
    alerts: [
      { alert: ALERT, phase: 'told', isMuted: false, groupKey: 'g', acknowledged: { by: 'me', at: BEGIN } },
      {
        alert: { ...ALERT, state: null, resolvedAt: BEGIN },
        phase: 'resolved',
        isMuted: true,
        groupKey: 'g',
        acknowledged: null,
      },
    ],
    total: 2,
  },
  deliveries: {
    deliveries: [
      {
        id: 'n',
        receiver: 'ops',
        title: 'web: down firing',
        groupKey: 'g',
        attempts: 1,
        createdAt: BEGIN,
        finishedAt: BEGIN + 5,
        said: 'status 200',
      },
    ],
    pending: 1,
  },
  silences: {
    silences: [
      {
        id: 's',
        urls: ['http://a.example/'],
        match: [{ label: 'team', isPositive: false, values: ['web'], pattern: null }],
        author: 'me',
        comment: '',
        from: BEGIN,
        to: BEGIN + 1,
      },
    ],
  },
  maintenance: {
    windows: [
      {
        name: 'sunday updates',
        match: [{ label: 'team', isPositive: true, values: ['web'], pattern: null }],
        span: { from: BEGIN, to: BEGIN + 1 },
        isOpen: true,
      },
      { name: 'move', match: [], span: null, isOpen: false },
    ],
  },
  silence: { id: 's', why: '' },
  endSilence: { isDone: true },
  acknowledge: { isDone: true },
}

/** An alerter that always answers the same. */
export class TestAlerter {
  readonly isThere = true
  readonly asked: AlertQuestion[] = []

  ask<Q extends AlertQuestion>(question: Q): Promise<AlertAnswers[Q['type']]> {
    this.asked.push(question)
    return Promise.resolve(ANSWERS[question.type] as AlertAnswers[Q['type']])
  }
}
