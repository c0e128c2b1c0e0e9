import { PiniaColada } from '@pinia/colada'
import { flushPromises, mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import type { Component } from 'vue'
import { createMemoryHistory } from 'vue-router'
import { createClient } from '@kangbao/shared/contracts/client.ts'
import type { Role } from '@kangbao/shared/contracts/permissions.ts'
import { apiKey } from '../src/api/api.ts'
import { createTexts } from '../src/kit/texts.ts'
import { createConsoleRouter } from '../src/router.ts'
import { useSession } from '../src/sessions/session-store.ts'

/** Answers a call by `METHOD /path`; what is not listed is refused as missing. */
export type Replies = Readonly<Record<string, (url: URL) => unknown>>

/** Mounts a page as somebody signed in, on a server that answers from a table. */
export async function openPage(
  page: Component,
  { role, path, props = {}, replies }: { role: Role; path: string; props?: object; replies: Replies },
) {
  const asked: string[] = []
  const fetcher: typeof fetch = async (input, init) => {
    const url = new URL(String(input), 'http://console.test')
    const call = `${init?.method ?? 'GET'} ${url.pathname.replace('/api', '')}`
    asked.push(`${call}${url.search}`)
    const reply = replies[call]
    if (reply) return Response.json(reply(url))
    return Response.json(
      { title: 'none', status: 404, code: 'resource.missing', details: {}, requestId: 'req-1' },
      { status: 404 },
    )
  }
  const pinia = createPinia()
  setActivePinia(pinia)
  useSession().begin([
    {
      id: 'session-1',
      token: 'token',
      refreshToken: 'refresh-token',
      expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
      me: { role, org: null, member: null },
    },
  ])
  const router = createConsoleRouter(createMemoryHistory())
  await router.push(path)
  const api = createClient({ baseUrl: '/api', fetch: fetcher, token: () => 'token' })
  const wrapper = mount(page, {
    props,
    attachTo: document.body,
    global: {
      plugins: [pinia, PiniaColada, createTexts('zh-CN'), router],
      provide: { [apiKey as symbol]: api },
    },
  })
  await flushPromises()
  return { wrapper, router, asked }
}
