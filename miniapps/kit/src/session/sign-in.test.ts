import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, expect, it } from 'vitest'
import { ProblemError, UnreachableError } from '@kangbao/shared/contracts/client.ts'
import { getMe, renewSession, signOut } from '@kangbao/shared/contracts/sessions.ts'
import { readEnvironment } from '../host/environment.ts'
import { personalKey } from '../storage/personal-storage.ts'
import { fakeApi, noBridge, sessionOf, type Answers } from '../testing/mount-page.ts'
import { useSession } from './session-store.ts'
import { useSignIn } from './sign-in.ts'

const inBrowser = readEnvironment({ userAgent: '', windowName: '', search: '?corpId=c1', language: 'zh-CN' })
const expired = () => {
  throw new ProblemError({ title: '', status: 401, code: 'session.expired', details: {}, requestId: '' })
}
const unreachable = () => {
  throw new UnreachableError('none')
}

/** A tab of a plain browser, opened or reloaded. */
function openTab(answers: Answers) {
  setActivePinia(createPinia())
  useSession().open('forms', 'c1', true)
  const { api, calls } = fakeApi(answers)
  const start = () =>
    useSignIn().start({ app: 'forms', environment: inBrowser, bridge: noBridge, client: api })
  return { start, calls }
}

beforeEach(() => {
  localStorage.clear()
  sessionStorage.clear()
  openTab([])
  useSession().begin(sessionOf('member', 'm1'))
})

it('S-78: after a reload the tab asks whom its tokens stand for', async () => {
  const { start } = openTab([[getMe, () => sessionOf('member', 'm1').me]])
  expect(useSession().member).toBeNull()
  await start()
  expect([useSignIn().state, useSession().member?.id]).toEqual(['signed-in', 'm1'])
})

it('S-78: a token that has run out meanwhile is renewed', async () => {
  const { start } = openTab([
    [getMe, expired],
    [renewSession, () => ({ ...sessionOf('member', 'm1'), token: 'the next' })],
  ])
  await start()
  expect([useSignIn().state, useSession().session?.token]).toEqual(['signed-in', 'the next'])
})

it('S-78: a session that is over asks the person, and keeps what is sealed for when he is back', async () => {
  localStorage.setItem(personalKey('m1', 'draft:f1'), 'v1.sealed')
  const { start } = openTab([
    [getMe, expired],
    [renewSession, expired],
  ])
  await start()
  expect([useSignIn().state, useSession().session, sessionStorage.length]).toEqual(['asking', null, 0])
  expect(Object.keys(localStorage)).toHaveLength(1)
})

it('S-78: without a network nobody is signed out', async () => {
  const { start } = openTab([[getMe, unreachable]])
  await start()
  expect([useSignIn().state, sessionStorage.length]).toEqual(['failed', 1])
})

it('S-78: signing out leaves nothing', async () => {
  localStorage.setItem(personalKey('m1', 'draft:f1'), 'v1.sealed')
  const { start } = openTab([
    [getMe, () => sessionOf('member', 'm1').me],
    [signOut, unreachable],
  ])
  await start()
  await useSignIn().leave()
  expect([useSignIn().state, localStorage.length, sessionStorage.length]).toEqual(['asking', 0, 0])
})
