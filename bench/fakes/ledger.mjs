// A government receiver that only keeps a ledger: 20 ms for every report, repeats dropped by key. In a process of its
// own, so that it does not share a core's time with what is measured more than a real one would.
import { createHash, createHmac } from 'node:crypto'
import { createServer } from 'node:http'

const delayMs = Number(process.argv[3] ?? 20)
let keys = new Set()
let repeats = 0
let disorder = 0
const newest = new Map()

/** As `governmentReceiptTextToSign()` has it. */
const seal = (request, text) =>
  createHmac('sha256', 'bench-government-secret')
    .update(
      [
        'receipt',
        request.headers['x-kangbao-key-id'],
        request.headers['idempotency-key'],
        createHash('sha256').update(text).digest('hex'),
      ].join('\n'),
    )
    .digest('hex')

createServer((request, response) => {
  if (request.method === 'GET') {
    response.end(JSON.stringify({ applied: keys.size, repeats, disorder }))
    if (request.url === '/reset') {
      keys = new Set()
      repeats = disorder = 0
      newest.clear()
    }
    return
  }
  const chunks = []
  request.on('data', (chunk) => chunks.push(chunk))
  request.on('end', () => {
    setTimeout(() => {
      const key = request.headers['idempotency-key']
      if (keys.has(key)) repeats += 1
      else {
        keys.add(key)
        const { org, kind, sequence } = JSON.parse(Buffer.concat(chunks).toString())
        const series = `${org.corpId} ${kind}`
        if (sequence <= (newest.get(series) ?? 0)) disorder += 1
        newest.set(series, sequence)
      }
      response.setHeader('content-type', 'application/json')
      const text = JSON.stringify({ receiptNo: `R${keys.size}`, status: 'accepted' })
      response.setHeader('x-kangbao-receipt-signature', seal(request, text))
      response.end(text)
    }, delayMs)
  })
}).listen(Number(process.argv[2]), '127.0.0.1')
