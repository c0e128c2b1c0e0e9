import { describe, expect, it } from 'vitest'
import { refusalOf, unsent } from './refusal.ts'

const said = (response: string, command = 'RCPT TO') => ({
  responseCode: Number(response.slice(0, 3)),
  command,
  response,
})

describe('refusalOf', () => {
  it.each([
    ['550 5.1.1 no such user here', true],
    ['550 no such user here', true],
    ['553 mailbox name not allowed', true],
    ['550 5.2.1 mailbox disabled', true],
    ['552 5.2.2 mailbox full', false],
    ['550 5.7.1 listed as spam', false],
    ['554 transaction failed', false],
  ])('for good: %s', (response, isNoMailbox) => {
    expect(refusalOf(said(response))).toMatchObject({ status: Number(response.slice(0, 3)), isNoMailbox })
  })

  it('a refusal of the text says nothing about the mailbox, unless it says so', () => {
    expect(refusalOf(said('550 spam', 'DATA'))).toMatchObject({ isNoMailbox: false })
    expect(refusalOf(said('550 5.1.1 unknown after all', 'DATA'))).toMatchObject({ isNoMailbox: true })
  })

  it.each([
    said('451 4.7.1 greylisted'),
    said('421 too busy', 'CONN'),
    said('535 5.7.8 wrong password', 'AUTH PLAIN'),
    said('550 5.7.1 sender not allowed', 'MAIL FROM'),
    Object.assign(new Error('timeout'), { code: 'ETIMEDOUT', command: 'CONN' }),
    null,
  ])('later: %o', (error) => {
    expect(refusalOf(error)).toBeNull()
  })
})

it('S-36: what is thrown on names no address', () => {
  const error = Object.assign(new Error('550 zhang@example.com: no'), {
    code: 'EENVELOPE',
    responseCode: 450,
  })
  expect(unsent(error).message).toBe('the mail server could not be handed a message (EENVELOPE 450)')
  expect(unsent(undefined)).toBeInstanceOf(Error)
})
