import type { MadeOrg, MemberActs } from '../acts.ts'
import { defineCase, type ConformanceCase, type Target } from '../case.ts'
import * as expect from '../expect.ts'
import { notBusy, oddValues, shown } from '../odd.ts'
import { personalToken } from './people.ts'

const users = 'v1.0/todo/users'
const create = `POST api/${users}/{unionId}/tasks`
const one = `api/${users}/{unionId}/tasks/{taskId}`
const url = 'https://isv.example.com/m/forms/'

interface Maker {
  readonly unionId: string
  readonly personal: string
  readonly corp: string
}

type Given = Pick<Target, 'platform' | 'session'> & { readonly acts: { readonly member: MemberActs } }

/** The admin as one who makes to-dos: who he is, his own token, and the app's token in his organisation. */
async function maker(given: Given, org: MadeOrg): Promise<Maker> {
  const personal = await personalToken(given, org, ['Todo.Todo.Write', 'Contact.User.Read'])
  const who = await given.platform.api('v1.0/contact/users/me', { token: personal })
  return {
    unionId: expect.textAt(who.body, 'unionId'),
    personal,
    corp: await given.session.token(org.corpId),
  }
}

const make = ({ platform }: Given, { unionId, personal }: Maker, change: object = {}) =>
  platform.api(`${users}/${unionId}/tasks`, {
    token: personal,
    query: { operatorId: unionId },
    body: {
      sourceId: 'conformance-1',
      subject: '审核今天的填报',
      creatorId: unionId,
      executorIds: [unionId],
      detailUrl: { appUrl: url, pcUrl: url },
      priority: 20,
      ...change,
    },
  })

/** To-dos an app makes for people, with their consent (§4.3). */
export const todoCases: readonly ConformanceCase[] = [
  defineCase({
    name: 'todos/make',
    path: create,
    fact: 'made with the token of a person, it is told back whole',
    section: '§4.3 D:add-dingtalk-to-do-task',
    needs: ['admin', 'member'],
    run: async (given) => {
      const who = await maker(given, await given.acts.admin.makeOrg())
      expect.grants(await make(given, who), {
        id: expect.text,
        subject: '审核今天的填报',
        creatorId: who.unionId,
        executorIds: [who.unionId],
        done: false,
        'detailUrl.appUrl': url,
        priority: 20,
        sourceId: 'conformance-1',
        createdTime: expect.number,
      })
    },
  }),
  defineCase({
    name: 'todos/an-app-alone-makes-none',
    path: create,
    fact: 'with the token of the app it is refused: an ISV needs the person',
    section: '§4.3',
    needs: ['admin', 'member'],
    run: async (given) => {
      const who = await maker(given, await given.acts.admin.makeOrg())
      const answer = await make(given, { ...who, personal: who.corp })
      expect.holds(answer, { status: 403, 'body.code': expect.text })
    },
  }),
  defineCase({
    name: 'todos/refusals',
    path: create,
    fact: 'without a subject, without detailUrl or with one of more than 1024 characters it is refused',
    section: '§4.3',
    needs: ['admin', 'member'],
    run: async (given) => {
      const who = await maker(given, await given.acts.admin.makeOrg())
      for (const change of [{ subject: '' }, { detailUrl: undefined }, { subject: '长'.repeat(1025) }])
        expect.holds(await make(given, who, change), { status: 400, 'body.code': expect.text })
    },
  }),
  defineCase({
    name: 'todos/read-change-remove',
    path: `PUT ${one}`,
    fact: 'the app reads it by id and by its own source id, changes it, does it, removes it',
    section: '§4.3',
    needs: ['admin', 'member'],
    run: async (given) => {
      const who = await maker(given, await given.acts.admin.makeOrg())
      const id = expect.textAt(expect.grants(await make(given, who)), 'id')
      const ask = (path: string, asked: object = {}) =>
        given.platform.api(`${users}/${who.unionId}/tasks/${path}`, {
          token: who.corp,
          query: { operatorId: who.unionId },
          ...asked,
        })
      expect.grants(await ask(id), { id, done: false })
      expect.grants(await ask('sources/conformance-1'), { id })
      const body = { subject: '审核昨天的填报', done: true }
      expect.grants(await ask(id, { method: 'PUT', body }), { result: true })
      expect.grants(await ask(id), { subject: '审核昨天的填报', done: true })
      expect.grants(await ask(id, { method: 'DELETE' }), { result: true })
      expect.holds(await ask(id), { status: 404, 'body.code': expect.text })
    },
  }),
  defineCase({
    name: 'todos/executors',
    path: `PUT ${one}/executorStatus`,
    fact: 'each executor has a state of his own; all done is done',
    section: '§4.3',
    needs: ['admin', 'member'],
    run: async (given) => {
      const who = await maker(given, await given.acts.admin.makeOrg())
      const id = expect.textAt(expect.grants(await make(given, who)), 'id')
      const path = `${users}/${who.unionId}/tasks/${id}`
      const set = async (isDone: boolean) =>
        given.platform.api(`${path}/executorStatus`, {
          method: 'PUT',
          token: who.corp,
          query: { operatorId: who.unionId },
          body: { executorStatusList: [{ id: who.unionId, isDone }] },
        })
      const done = async () => expect.at((await given.platform.api(path, { token: who.corp })).body, 'done')
      expect.grants(await set(true), { result: true })
      expect.holds({ done: await done() }, { done: true })
      expect.grants(await set(false), { result: true })
      expect.holds({ done: await done() }, { done: false })
    },
  }),
  defineCase({
    name: 'todos/those-of-a-person',
    path: `POST api/${users}/{unionId}/org/tasks/query`,
    fact: 'lists those of a person, open or done',
    section: '§4.3',
    needs: ['admin', 'member'],
    run: async (given) => {
      const who = await maker(given, await given.acts.admin.makeOrg())
      const id = expect.textAt(expect.grants(await make(given, who)), 'id')
      const ask = (isDone: boolean) =>
        given.platform.api(`${users}/${who.unionId}/org/tasks/query`, { token: who.corp, body: { isDone } })
      expect.grants(await ask(false), { 'todoCards.0.taskId': id, 'todoCards.0.isDone': false })
      expect.grants(await ask(true), { todoCards: [] })
    },
  }),
  defineCase({
    name: 'hostile/todos',
    path: create,
    fact: 'odd fields, people and ids are answered or refused with a 4xx, never with a 5xx',
    section: '§8.1',
    needs: ['admin', 'member'],
    run: async (given) => {
      const who = await maker(given, await given.acts.admin.makeOrg())
      const fields = [
        'subject',
        'description',
        'sourceId',
        'dueTime',
        'priority',
        'executorIds',
        'participantIds',
        'detailUrl',
        'creatorId',
        'contentFieldList',
      ]
      for (const value of oddValues)
        for (const field of fields)
          notBusy(await make(given, who, { sourceId: undefined, [field]: value }), `${field} ${shown(value)}`)
      // A lone half of a character cannot stand in an address, and 5000 characters are no path.
      for (const value of oddValues.map(String).filter((one) => !/\p{Surrogate}/u.test(one))) {
        const id = encodeURIComponent(value.slice(0, 200))
        const path = `${users}/${id}/tasks/${id}`
        notBusy(await given.platform.api(path, { token: who.corp }), `path ${shown(value)}`)
        const body = { nextToken: value, isDone: value, roleTypes: value }
        const asked = await given.platform.api(`${users}/${who.unionId}/org/tasks/query`, {
          token: who.corp,
          body,
        })
        notBusy(asked, `query ${shown(value)}`)
      }
    },
  }),
]
