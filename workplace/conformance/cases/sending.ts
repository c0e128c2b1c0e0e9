import type { MadeOrg } from '../acts.ts'
import type { Target } from '../case.ts'
import * as expect from '../expect.ts'

export const path = 'topapi/message/corpconversation'

type Given = Pick<Target, 'platform' | 'session'>
type To = Pick<MadeOrg, 'corpId' | 'agentId'>

export const text = (content: string) => ({ msgtype: 'text', text: { content } })

/** One message to these people, as the app of the organisation sends it. */
export async function sendTo({ platform, session }: Given, org: To, body: object) {
  const token = await session.token(org.corpId)
  return platform.oapi(`${path}/asyncsend_v2`, { token, body: { agent_id: org.agentId, ...body } })
}

export async function ask(
  { platform, session }: Given,
  org: To,
  { name, body }: { name: string; body: object },
) {
  const token = await session.token(org.corpId)
  return platform.oapi(`${path}/${name}`, { token, body: { agent_id: org.agentId, ...body } })
}

export async function resultOf(given: Given, org: To, sent: Awaited<ReturnType<typeof sendTo>>) {
  const task_id = Number(expect.textAt(sent.body, 'task_id'))
  const answer = await ask(given, org, { name: 'getsendresult', body: { task_id } })
  return expect.at(expect.succeeds(answer), 'send_result')
}
