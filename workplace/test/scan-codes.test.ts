import { figure } from '@kangbao/launcher/figure.ts'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { newWorld, type Person, type World } from './world.ts'

let world: World
let phone: Person
beforeAll(async () => {
  world = await newWorld()
  phone = await world.person('王小明')
})
afterAll(() => world.close())

async function kindOf(text: string): Promise<string> {
  const { body } = await phone.call('POST', '/scans', { text })
  return (body as { kind: string }).kind // ScanResult
}

const paths = ['/join/AbCdEf12', '/install/forms?c=zz', '/scan-sign-in/ticket1', '/join?code=AbCdEf12']

it('Z-02, Z-03, Z-09: our own codes are known, whichever name of this machine they were made under', async () => {
  const own = new URL(world.deps.config.publicUrl)
  const suite = world.deps.config.suites[0]?.suiteId ?? ''
  expect(await kindOf(`${own.origin}/join/AbCdEf12`)).toBe('join')
  expect(await kindOf(`${own.origin}/scan-sign-in/ticket1`)).toBe('sign-in')
  expect(await kindOf(`${own.origin}/install/${suite}?c=zz`)).toBe('install')
  expect(await kindOf(`http://192.168.1.9:${own.port}/join/AbCdEf12`)).toBe('join')
})

it('S-58: what looks like our code on another site is a link, and what is no link is text', async () => {
  const { port, host } = new URL(world.deps.config.publicUrl)
  const sites = [
    'https://evil.example.com',
    `http://evil.example.com:${port}`,
    `http://localhost.evil.example.com:${port}`,
    `http://${host}@evil.example.com`,
    `http://192.168.1.evil.com:${port}`,
    `http://user:word@${host}`,
    'http://localhost:9',
  ]
  const links = sites.flatMap((site) => paths.map((path) => `${site}${path}`))
  const texts = [
    'javascript:alert(1)//join/AbCdEf12',
    'data:text/html,<script>alert(1)</script>',
    'file:///join/AbCdEf12',
  ]
  const kinds = await Promise.all([...links, ...texts].map(kindOf))
  const taken = kinds.filter((kind, i) => kind !== (i < links.length ? 'link' : 'text')).length
  figure({
    id: 'S-58',
    n: kinds.length,
    value: taken,
    unit: 'foreign codes taken for ours',
    target: '0',
    ok: taken === 0,
  })
  expect(taken).toBe(0)
  expect(kinds.length).toBeGreaterThan(30)
})

it('Z-08: a code cut in the middle of a character is still one of ours, not a failure', async () => {
  const own = new URL(world.deps.config.publicUrl)
  expect(await kindOf(`${own.origin}/join/%E5%8A`)).toBe('join')
  expect(await kindOf(`${own.origin}/scan-sign-in/%`)).toBe('sign-in')
})
