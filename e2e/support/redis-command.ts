import { connect } from 'node:net'

/** One command in Redis' plain protocol; its first line of answer. */
export function redisCommand(url: string, text: string): Promise<string> {
  const { hostname, port } = new URL(url)
  return new Promise((done, fail) => {
    const socket = connect(Number(port), hostname, () => socket.write(`${text}\r\n`))
    socket.once('data', (answer) => {
      socket.destroy()
      done(answer.toString().split('\r\n')[0] ?? '')
    })
    socket.once('error', fail)
  })
}
