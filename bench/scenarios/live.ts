import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { freePort, stopChild, untilReady } from '../bench.ts'
import { listen, type Heard } from '../load/listen.ts'
import type { Outcome, Scenario } from '../scenario.ts'
import { startWorkplace, type Workplace } from '../workplace.ts'

const people = 2000

/** 2 000 people of one org on line hear of one notice: against a bare server that writes the same bytes to as many. */
export const live: Scenario = {
  name: 'live',
  ids: ['live-work', 'live-chat'],
  async run(bench) {
    const workplace = await startWorkplace(bench, people)
    const bare = await startBare()
    const online = await listen(`${workplace.url}/client-api/events`, bench.folder, workplace.tokens)
    const floor = await listen(`${bare.url}/events`, bench.folder, workplace.tokens)
    const chatId = await chatOf(workplace)
    const ways = {
      'live-work': (round: number) => notifyAll(workplace, round),
      'live-chat': (round: number) => say(workplace, chatId, round),
    }
    const rounds: Record<'floor' | keyof typeof ways, Heard[]> = {
      floor: [],
      'live-work': [],
      'live-chat': [],
    }
    const count = bench.profile === 'full' ? 9 : 5
    // The first of each warms it up and is thrown away.
    for (let round = 0; round <= count; round += 1) {
      await bench.settle()
      rounds.floor.push(await floor.round(() => post(`${bare.url}/`, {}, {})))
      rounds['live-work'].push(await online.round(() => ways['live-work'](round)))
      rounds['live-chat'].push(await online.round(() => ways['live-chat'](round)))
      if (round === 0) await workplace.analyze()
    }
    const peakMb = workplace.peakMb()
    await Promise.all([online.stop(), floor.stop()])
    await Promise.all([workplace.stop(), bare.stop()])
    const kept = (name: keyof typeof rounds) => rounds[name].slice(1)
    const outcome = (id: keyof typeof ways): Outcome => ({
      id,
      ratios: kept(id).map(({ lastMs }, at) => lastMs / (kept('floor')[at]?.lastMs ?? Number.NaN)),
      floor: kept('floor').map(({ lastMs }) => lastMs),
      absolute: {
        on_line: online.greeted,
        p50_ms: kept(id).at(-1)?.p50Ms ?? 0,
        p99_ms: kept(id).at(-1)?.p99Ms ?? 0,
        last_ms: kept(id).at(-1)?.lastMs ?? 0,
        slowest_round_ms: Math.max(...kept(id).map(({ lastMs }) => lastMs)),
        bare_last_ms: kept('floor').at(-1)?.lastMs ?? 0,
        workplace_peak_rss_mb: peakMb,
      },
      checks: {
        'all are on line': online.greeted === people && floor.greeted === people,
        'all hear of every notice': rounds[id].every(({ heard }) => heard === people),
        'no stream is lost': rounds[id].every(({ lost }) => lost === 0),
      },
    })
    return [outcome('live-work'), outcome('live-chat')]
  },
}

async function startBare(): Promise<{ url: string; stop(): Promise<void> }> {
  const port = await freePort()
  const child = spawn(process.execPath, [join(import.meta.dirname, '../floors/bare-sse.mjs'), String(port)], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const url = `http://127.0.0.1:${String(port)}`
  await untilReady(`${url}/ready`, child)
  return { url, stop: () => stopChild(child) }
}

async function post(url: string, body: object, headers: Record<string, string>): Promise<unknown> {
  const reply = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
  if (!reply.ok) throw new Error(`${url} answered ${String(reply.status)}: ${await reply.text()}`)
  return reply.json()
}

/** As an ISV does it: a call takes a thousand people, so each department has one of its own. */
async function notifyAll({ url, corpToken, agentId, departments }: Workplace, round: number): Promise<void> {
  for (const dept of departments) {
    const reply = await post(
      `${url}/oapi/topapi/message/corpconversation/asyncsend_v2?access_token=${corpToken}`,
      {
        agent_id: agentId,
        dept_id_list: String(dept),
        msg: { msgtype: 'text', text: { content: `第 ${String(round)} 次全员通知` } },
      },
      {},
    )
    if ((reply as { errcode?: number }).errcode !== 0) throw new Error(JSON.stringify(reply))
  }
}

const asFirst = ({ tokens }: Workplace) => ({ authorization: `Bearer ${tokens[0] ?? ''}` })

async function chatOf(workplace: Workplace): Promise<string> {
  const reply = await fetch(`${workplace.url}/client-api/conversations?orgId=${workplace.orgId}`, {
    headers: asFirst(workplace),
  })
  const { items } = (await reply.json()) as { items: { id: string; kind: string }[] } // listConversations
  return items.find(({ kind }) => kind === 'org')?.id ?? ''
}

const say = (workplace: Workplace, chatId: string, round: number) =>
  post(
    `${workplace.url}/client-api/orgs/${workplace.orgId}/conversations/${chatId}/messages`,
    { content: { msgtype: 'text', text: { content: `第 ${String(round)} 次全员消息` } } },
    asFirst(workplace),
  )
