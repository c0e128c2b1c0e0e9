import { describe, expect, it } from 'vitest'
import { errorCatalogue } from '../errors/catalogue.ts'
import { errorMessage, errorMessages, isPassing } from '../errors/messages.ts'
import { locales } from '../locale.ts'
import { createClient, ProblemError, UnreachableError, urlOf } from './client.ts'
import { getCompleteness } from './completeness.ts'
import { may, permissions, roles } from './permissions.ts'

describe('urlOf', () => {
  it.each([
    [
      '/forms/:formId/completeness/:period',
      { formId: 'a', period: 'once' },
      undefined,
      '/api/forms/a/completeness/once',
    ],
    ['/x/:id', { id: 'a/b?c' }, undefined, '/api/x/a%2Fb%3Fc'],
    ['/x', undefined, { search: '王 &', limit: 5, open: undefined }, '/api/x?search=%E7%8E%8B+%26&limit=5'],
    ['/x', undefined, { tag: ['a', 'b'] }, '/api/x?tag=a&tag=b'],
    ['/x', undefined, {}, '/api/x'],
  ])('%s', (path, params, query, url) => {
    expect(urlOf('/api', path, params, query)).toBe(url)
  })
})

describe('the client', () => {
  const input = { params: { formId: '01938f6e-3c2a-7c3e-9a55-0d6f8d0a1b2c', period: 'once' } }
  const reply = (status: number, body: unknown) =>
    new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/problem+json' } })

  it('asks once more after renewing an expired session', async () => {
    const replies = [reply(401, { code: 'session.expired' }), reply(200, { expected: 5 })]
    const tokens: (string | null)[] = []
    let token = 'old'
    const client = createClient({
      baseUrl: '/api',
      token: () => token,
      renew: async () => {
        token = 'new'
        return true
      },
      fetch: async (_url, init) => {
        tokens.push(new Headers(init?.headers).get('authorization'))
        return replies.shift() ?? reply(500, {})
      },
    })
    expect(await client.call(getCompleteness, input)).toEqual({ expected: 5 })
    expect(tokens).toEqual(['Bearer old', 'Bearer new'])
  })

  it('S-22: asks once more after a second proof, and not when none was given', async () => {
    for (const [isProved, left] of [
      [true, 0],
      [false, 1],
    ] as const) {
      const replies = [reply(403, { code: 'step-up.needed' }), reply(200, { expected: 5 })]
      const client = createClient({
        baseUrl: '/api',
        token: () => 'token',
        prove: async () => isProved,
        fetch: async () => replies.shift() ?? reply(500, {}),
      })
      const outcome = await client.call(getCompleteness, input).catch((error: unknown) => error)
      if (isProved) expect(outcome).toEqual({ expected: 5 })
      else expect(outcome).toBeInstanceOf(ProblemError)
      expect(replies).toHaveLength(left)
    }
  })

  it('S-17: does not try a wrong code twice because it came with a 401', async () => {
    let calls = 0
    const client = createClient({
      baseUrl: '/api',
      token: () => 'token',
      renew: async () => true,
      fetch: async () => {
        calls += 1
        return reply(401, { code: 'sms-code.invalid' })
      },
    })
    await expect(client.call(getCompleteness, input)).rejects.toBeInstanceOf(ProblemError)
    expect(calls).toBe(1)
  })

  it('tells a refusal from no answer', async () => {
    const refused = createClient({
      baseUrl: '/api',
      token: () => undefined,
      fetch: async () => reply(404, { code: 'resource.missing', title: 'Not found' }),
    })
    await expect(refused.call(getCompleteness, input)).rejects.toBeInstanceOf(ProblemError)
    const offline = createClient({
      baseUrl: '/api',
      token: () => undefined,
      fetch: () => Promise.reject(new TypeError('failed')),
    })
    await expect(offline.call(getCompleteness, input)).rejects.toBeInstanceOf(UnreachableError)
  })
})

describe('Z-24: who may do what', () => {
  it.each([
    ['member', 'submissions.file', true],
    ['member', 'completeness.read', false],
    ['sub-admin', 'completeness.read', true],
    ['sub-admin', 'submissions.correct', false],
    ['sub-admin', 'forms.publish', false],
    ['main-admin', 'submissions.correct', true],
    ['main-admin', 'reports.send', true],
    ['main-admin', 'operations.read', false],
    ['operator', 'operations.manage', true],
    ['operator', 'submissions.read', false],
  ] as const)('%s %s: %s', (role, permission, expected) => {
    expect(may(role, permission)).toBe(expected)
  })

  it('every permission is granted to somebody', () => {
    for (const permission of permissions) expect(roles.some((role) => may(role, permission))).toBe(true)
  })
})

describe('errors', () => {
  it('every code has a sentence in both languages, and no sentence is without a code', () => {
    const codes = Object.keys(errorCatalogue).sort()
    for (const locale of locales) {
      expect(Object.keys(errorMessages[locale]).sort()).toEqual(codes)
      for (const text of Object.values(errorMessages[locale])) expect(text.trim()).not.toBe('')
    }
  })

  it('an unknown code reads as a general failure', () => {
    expect(errorMessage('no.such', 'en')).toBe(errorMessages.en['server.failed'])
    expect([isPassing('server.overloaded'), isPassing('rate.limited'), isPassing('form.ended')]).toEqual([
      true,
      true,
      false,
    ])
  })
})
