// A message API with a cap over any sliding second, as the open platform has it: calls beyond it are rejected with
// errcode 88 / 90018. Answers take 50 ± 20 ms.
import { createServer } from 'node:http'

const cap = Number(process.argv[3] ?? 40)
const accepted = []
let rejected = 0
let recipients = 0
let task = 0

function isOverCap(now) {
  while (accepted.length > 0 && accepted[0] <= now - 1000) accepted.shift()
  if (accepted.length >= cap) return true
  accepted.push(now)
  return false
}

const sends = []
function answer(path, body) {
  if (path.endsWith('/get_corp_token')) return { errcode: 0, access_token: 'bench-token', expires_in: 7200 }
  if (path.endsWith('/getsendprogress'))
    return { errcode: 0, progress: { progress_in_percent: 100, status: 2 } }
  if (path.endsWith('/getsendresult'))
    return { errcode: 0, send_result: { invalid_user_id_list: [], forbidden_list: [] } }
  if (path.endsWith('/asyncsend_v2') || path.endsWith('/sendbytemplate')) {
    const now = performance.now()
    if (isOverCap(now)) {
      rejected += 1
      return { errcode: 88, sub_code: '90018', errmsg: 'ding talk error[subcode=90018]' }
    }
    sends.push(now)
    recipients += String(body.userid_list ?? '')
      .split(',')
      .filter(Boolean).length
    return { errcode: 0, task_id: ++task }
  }
  return { errcode: 0 }
}

createServer((request, response) => {
  const path = (request.url ?? '').split('?')[0]
  if (path === '/ledger') {
    response.end(
      JSON.stringify({
        calls: sends.length,
        rejected,
        recipients,
        seconds: ((sends.at(-1) ?? 0) - (sends[0] ?? 0)) / 1000,
      }),
    )
    return
  }
  const chunks = []
  request.on('data', (chunk) => chunks.push(chunk))
  request.on('end', () => {
    const text = Buffer.concat(chunks).toString()
    const body = text.startsWith('{') ? JSON.parse(text) : {}
    const reply = JSON.stringify({ errmsg: 'ok', request_id: 'bench', ...answer(path, body) })
    setTimeout(
      () => {
        response.setHeader('content-type', 'application/json')
        response.end(reply)
      },
      30 + Math.random() * 40,
    )
  })
}).listen(Number(process.argv[2]), '127.0.0.1')
