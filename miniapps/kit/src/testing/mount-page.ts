import { PiniaColada } from '@pinia/colada'
import { mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import type { Component } from 'vue'
import { createMemoryHistory, createRouter } from 'vue-router'
import type { Client } from '@kangbao/shared/contracts/client.ts'
import type { Contract } from '@kangbao/shared/contracts/contract.ts'
import type { Role } from '@kangbao/shared/contracts/permissions.ts'
import type { Session } from '@kangbao/shared/contracts/sessions.ts'
import type { Locale } from '@kangbao/shared/locale.ts'
import { apiKey } from '../api/api.ts'
import { loadErrorTexts } from '../api/error-text.ts'
import { bridgeKey, NotOfferedError, type HostBridge } from '../host/host-bridge.ts'
import { addMessages, createTexts, textsKey, type Messages } from '../i18n/i18n.ts'
import en from '../locales/en.ts'
import zhCN from '../locales/zh-CN.ts'
import { useSession } from '../session/session-store.ts'

// On a phone they come while the first page is read.
await loadErrorTexts()

/** What the fake server says to a call, by contract. */
export type Answers = readonly (readonly [Contract, (input: unknown) => unknown])[]

/** Answers calls by contract; a call nobody prepared for fails the test with its name. */
export function fakeApi(prepared: Answers) {
  const answers = new Map(prepared)
  const calls: { contract: Contract; input: unknown }[] = []
  async function call(contract: Contract, input: unknown): Promise<unknown> {
    calls.push({ contract, input })
    const answer = answers.get(contract)
    if (!answer) throw new Error(`unexpected call: ${contract.method} ${contract.path}`)
    return answer(input)
  }
  return { api: { call } as unknown as Client, calls } // the fake is as loose as the answers a test prepares
}

export const noBridge: HostBridge = {
  isHost: false,
  requestAuthCode: () => Promise.reject(new NotOfferedError('none')),
  setTitle: () => undefined,
  pickAudience: () => Promise.reject(new NotOfferedError('none')),
  share: () => Promise.reject(new NotOfferedError('none')),
  createDing: () => Promise.reject(new NotOfferedError('none')),
  locate: () => Promise.reject(new NotOfferedError('none')),
}

export function sessionOf(role: Role, memberId = 'm1'): Session {
  return {
    id: 's1',
    token: 'token',
    refreshToken: 'refresh-token',
    expiresAt: '2999-01-01T00:00:00.000Z',
    me: {
      role,
      org: { id: 'o1', corpId: 'c1', name: '测试机械', timeZone: 'Asia/Shanghai' },
      member: { id: memberId, userId: 'u1', name: '王晓梅', departments: [], phone: null, isGuest: false },
    },
  }
}

export interface PageOptions {
  readonly props?: Record<string, unknown>
  readonly answers?: Answers
  readonly role?: Role
  readonly locale?: Locale
  readonly messages?: Messages
  readonly bridge?: HostBridge
  readonly routes?: readonly string[]
}

/** Mounts a component with everything a page finds around it. */
export function mountPage(component: Component, options: PageOptions = {}) {
  const pinia = createPinia()
  setActivePinia(pinia)
  const texts = createTexts(options.locale ?? 'zh-CN')
  addMessages(texts, 'zh-CN', zhCN)
  addMessages(texts, 'en', en)
  if (options.messages) addMessages(texts, options.locale ?? 'zh-CN', options.messages)
  const { api, calls } = fakeApi(options.answers ?? [])
  const page = { template: '<div />' }
  const router = createRouter({
    history: createMemoryHistory(),
    routes: [
      { path: '/', component: page },
      ...(options.routes ?? []).map((name) => ({
        path: `/${name}/:figure?/:formId?`,
        name,
        component: page,
      })),
    ],
  })
  const wrapper = mount(component, {
    props: options.props ?? {},
    attachTo: document.body,
    global: {
      plugins: [
        pinia,
        PiniaColada,
        router,
        { install: () => useSession().begin(sessionOf(options.role ?? 'main-admin')) },
      ],
      provide: { [apiKey]: api, [bridgeKey]: options.bridge ?? noBridge, [textsKey]: texts },
    },
  })
  return { wrapper, calls, router }
}
