// Holds many event streams open in a process of its own, and says when each has heard of a round.
// argv: URL of the streams, file with one bearer token a line. A line on stdin begins a round; it says how many ms to
// wait at most. Answers are lines of JSON.
import { readFileSync } from 'node:fs'
import { Agent, get } from 'node:http'
import { createInterface } from 'node:readline'

const [url, file] = process.argv.slice(2)
const tokens = readFileSync(file, 'utf8').split('\n').filter(Boolean)
const agent = new Agent({ keepAlive: true, maxSockets: Infinity })
const atOnce = 50
let greeted = 0
let begunAt = 0
let lost = 0
const heardAt = new Array(tokens.length).fill(0)
let settle = () => undefined

const open = (token, at) =>
  new Promise((resolve, reject) => {
    const request = get(url, { agent, headers: { authorization: `Bearer ${token}` } }, (response) => {
      if (response.statusCode !== 200) return reject(new Error(`stream answered ${response.statusCode}`))
      response.setEncoding('utf8')
      let rest = ''
      response.on('data', (chunk) => {
        const parts = (rest + chunk).split('\n\n')
        rest = parts.pop()
        for (const part of parts) {
          if (part.includes('event: hello')) {
            greeted += 1
            resolve()
          } else if (part.includes('event: message') && begunAt > 0 && heardAt[at] === 0) {
            heardAt[at] = performance.now()
            if (heardAt.every(Boolean)) settle()
          }
        }
      })
      response.on('close', () => (lost += 1))
    })
    request.on('error', reject)
  })

for (let from = 0; from < tokens.length; from += atOnce)
  await Promise.all(tokens.slice(from, from + atOnce).map((token, at) => open(token, from + at)))
console.log(JSON.stringify({ greeted }))

for await (const line of createInterface({ input: process.stdin })) {
  heardAt.fill(0)
  begunAt = performance.now()
  console.log(JSON.stringify({ begun: true }))
  await new Promise((resolve) => {
    const timer = setTimeout(resolve, Number(line))
    settle = () => {
      clearTimeout(timer)
      resolve()
    }
  })
  const waits = heardAt.filter(Boolean).map((at) => at - begunAt)
  waits.sort((a, b) => a - b)
  const at = (part) => waits[Math.min(waits.length - 1, Math.floor(part * waits.length))] ?? 0
  console.log(JSON.stringify({ heard: waits.length, lost, p50Ms: at(0.5), p99Ms: at(0.99), lastMs: at(1) }))
  begunAt = 0
}
