// Closed-loop load without wrk: every connection sends its next request when the last was answered.
import { readFileSync } from 'node:fs'
import { Pool } from 'undici'

const [url, file, connections, seconds] = process.argv.slice(2)
const requests = readFileSync(file, 'utf8')
  .split('\n')
  .map((line) => {
    const [method, path, token, body] = line.split('\t')
    const headers = {
      authorization: `Bearer ${token}`,
      ...(body ? { 'content-type': 'application/json' } : {}),
    }
    return { method, path, headers, body: body || null }
  })
const pool = new Pool(url, { connections: Number(connections), pipelining: 1 })
const until = performance.now() + Number(seconds) * 1000
const times = []
let next = 0
let failed = 0

async function loop() {
  while (performance.now() < until) {
    const request = requests[next++ % requests.length]
    const from = performance.now()
    try {
      const { statusCode, body } = await pool.request(request)
      await body.dump()
      if (statusCode < 300) times.push(performance.now() - from)
      else failed += 1
    } catch {
      failed += 1
    }
  }
}
const from = performance.now()
await Promise.all(Array.from({ length: Number(connections) }, loop))
const took = (performance.now() - from) / 1000
times.sort((a, b) => a - b)
const at = (share) => Number((times[Math.floor(times.length * share)] ?? 0).toFixed(2))
console.log(
  JSON.stringify({
    perSecond: times.length / took,
    ok: times.length,
    failed,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
  }),
)
await pool.close()
